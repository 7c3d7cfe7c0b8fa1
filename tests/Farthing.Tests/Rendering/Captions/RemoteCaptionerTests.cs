using System.Net;
using System.Text;
using System.Text.Json;
using Farthing.Rendering.Captions;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Rendering.Captions;

public sealed class RemoteCaptionerTests : IDisposable
{
    private const string Good = """
        {"model":"m-2","choices":[{"message":{"role":"assistant","content":"{\"full\":\"A red mug.\",\"scene\":\"an empty  scene on sand\"}"},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":100,"completion_tokens":40,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":10}}}
        """;

    private readonly CannedHandler _handler = new();
    private readonly HttpClient _http;
    private readonly FakeTimeProvider _time = new();

    public RemoteCaptionerTests() => _http = new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private RemoteCaptioner Captioner(string url = "https://captions.test/v1", CaptionKey? key = null) =>
        new(_http, new RemoteCaptionOptions { Endpoint = new Uri(url), Model = "m-1" }, key, _time);

    private async Task<CaptionException> Failure(HttpStatusCode status, string body, CaptionKey? key = null)
    {
        _handler.Answer(status, body);
        return await Assert.ThrowsAsync<CaptionException>(async () => await Captioner(key: key).CaptionAsync("red mug", default));
    }

    [Fact]
    public async Task It_asks_for_json_and_reads_texts_and_tokens_without_overlap()
    {
        _handler.Answer(HttpStatusCode.OK, Good);
        Caption caption = await Captioner(key: new CaptionKey("sk-1")).CaptionAsync("red \"mug\" 杯", TestContext.Current.CancellationToken);

        Assert.Equal("A red mug.", caption.Full);
        Assert.Equal("an empty scene on sand", caption.Scene);
        Assert.Equal("m-2", caption.Usage.Resource);
        Assert.Equal(
            [new("input_tokens", 40), new("cached_input_tokens", 60), new("output_tokens", 30), new("reasoning_tokens", 10)],
            caption.Usage.Meters);

        Assert.Equal("https://captions.test/v1/chat/completions", _handler.Url);
        Assert.Equal("Bearer sk-1", _handler.Authorization);
        JsonElement sent = JsonDocument.Parse(_handler.Body!).RootElement;
        Assert.Equal("m-1", sent.GetProperty("model").GetString());
        Assert.Equal("json_object", sent.GetProperty("response_format").GetProperty("type").GetString());
        Assert.Equal("red \"mug\" 杯", sent.GetProperty("messages")[1].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_full_address_is_kept_and_fenced_json_is_read()
    {
        _handler.Answer(HttpStatusCode.OK, """{"choices":[{"message":{"role":"assistant","content":"```json\n{\"full\":\"f\",\"scene\":\"s\"}\n```"}}]}""");
        Caption caption = await Captioner("http://localhost:9/x/chat/completions").CaptionAsync("mug", TestContext.Current.CancellationToken);
        Assert.Equal("http://localhost:9/x/chat/completions", _handler.Url);
        Assert.Equal(("f", "s", "m-1"), (caption.Full, caption.Scene, caption.Usage.Resource));
        Assert.Empty(caption.Usage.Meters);
    }

    [Theory]
    [InlineData("\"no json\"")]
    [InlineData("\"{\\\"full\\\":\\\"only\\\"}\"")]
    [InlineData("null")]
    public async Task An_answer_without_the_texts_fails_with_its_tokens(string content)
    {
        CaptionException error = await Failure(HttpStatusCode.OK,
            $$$"""{"choices":[{"message":{"role":"assistant","content":{{{content}}}}}],"usage":{"prompt_tokens":7,"completion_tokens":3}}""");
        Assert.Equal([new("input_tokens", 7), new("output_tokens", 3)], error.Usage.Meters);
        Assert.Contains("no usable text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caption_cut_short_says_so_and_costs()
    {
        CaptionException error = await Failure(HttpStatusCode.OK,
            """{"choices":[{"message":{"role":"assistant","content":"{\"full\""},"finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":400}}""");
        Assert.Contains("tokens before", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Usage.Meters.Count);
    }

    [Theory]
    [InlineData(401, false, "FARTHING_CAPTION_KEY")]
    [InlineData(404, false, "Check the address")]
    [InlineData(429, true, "Try again later")]
    [InlineData(503, true, "Try again later")]
    public async Task A_refusal_says_what_to_do_and_never_the_key(int status, bool transient, string advice)
    {
        CaptionException error = await Failure((HttpStatusCode)status,
            """{"error":{"message":"bad key sk-secret"},"usage":{"prompt_tokens":5}}""", new CaptionKey("sk-secret"));
        Assert.Equal(transient, error.IsTransient);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Contains("bad key ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(new CaptionMeter("input_tokens", 5), Assert.Single(error.Usage.Meters));
    }

    [Theory]
    [InlineData("<html>not json</html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Something_that_is_no_chat_answer_is_a_clear_error(string body) =>
        Assert.Contains("did not answer in JSON", (await Failure(HttpStatusCode.OK, body)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_endless_answer_is_cut_off() =>
        Assert.Contains("more than", (await Failure(HttpStatusCode.OK, new string(' ', 1024 * 1024 + 1))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Silence_times_out_and_cancelling_is_no_failure()
    {
        _handler.Hang();
        Task<Caption> late = Captioner().CaptionAsync("mug", TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(31));
        CaptionException error = await Assert.ThrowsAsync<CaptionException>(() => late);
        Assert.True(error.IsTransient);
        Assert.Contains("within 30 seconds", error.Message, StringComparison.Ordinal);

        using var cancel = new CancellationTokenSource();
        Task<Caption> cancelled = Captioner().CaptionAsync("mug", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_a_transient_failure()
    {
        using var http = new HttpClient();
        var captioner = new RemoteCaptioner(http, new RemoteCaptionOptions { Endpoint = new Uri("http://127.0.0.1:1/v1") }, null, TimeProvider.System);
        CaptionException error = await Assert.ThrowsAsync<CaptionException>(async () => await captioner.CaptionAsync("mug", TestContext.Current.CancellationToken));
        Assert.True(error.IsTransient);
        Assert.Contains("could not be reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_never_printed_nor_sent_unencrypted()
    {
        var key = new CaptionKey("sk-secret");
        Assert.Equal("***", key.ToString());
        Assert.Equal("***", $"{key}");
        Assert.Throws<ArgumentException>(() => Captioner("http://captions.test/v1", key));
        Assert.NotNull(Captioner("http://localhost:8080/v1", key));
        var error = Assert.Throws<ArgumentException>(() => new CaptionKey("sk secret\n"));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Captioner("ftp://captions.test"));
    }

    private sealed class CannedHandler : HttpMessageHandler
    {
        private HttpStatusCode _status;
        private string? _answer;

        public string? Url { get; private set; }

        public string? Authorization { get; private set; }

        public string? Body { get; private set; }

        public void Answer(HttpStatusCode status, string body) => (_status, _answer) = (status, body);

        public void Hang() => _answer = null;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Url = request.RequestUri!.ToString();
            Authorization = request.Headers.Authorization?.ToString();
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (_answer is null)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return new HttpResponseMessage(_status) { Content = new StringContent(_answer!, Encoding.UTF8, "application/json") };
        }
    }
}
