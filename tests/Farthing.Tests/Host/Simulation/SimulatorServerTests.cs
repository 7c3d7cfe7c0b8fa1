using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Requests;
using Farthing.Gateway.Translation.Streams;
using Farthing.Simulation.Scenarios;
using Farthing.Simulation.Serving;

namespace Farthing.Tests.Host.Simulation;

public sealed class SimulatorServerTests : IAsyncDisposable
{
    private const string Chat = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"a red mug"}]}""";
    private const string Message = """{"model":"claude-haiku-4-5","max_tokens":99,"messages":[{"role":"user","content":"a red mug"}]}""";
    private readonly HttpClient _http = new();
    private SimulatorServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task StartAsync(string yaml = "") =>
        _server = await SimulatorServer.StartAsync(new ScenarioReader("s").Read(yaml), new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, Stop);

    private async Task<HttpResponseMessage> SendAsync(string path, string body, string key = "sk-a", CancellationToken? stop = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server!.Address, path)) { Content = new StringContent(body) };
        request.Headers.Add("Authorization", "Bearer " + key);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop ?? Stop);
    }

    private async Task<(int Status, string Body)> AskAsync(string path, string body, string key = "sk-a")
    {
        using HttpResponseMessage response = await SendAsync(path, body, key);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    private async Task<JsonNode> CountsAsync() => JsonNode.Parse(await _http.GetStringAsync(new Uri(_server!.Address, "/simulator/counts"), Stop))!;

    private static string Streamed(string body) => body[..^1] + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"a \ud800 mug"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"\udc00","messages":[]}""")]
    [InlineData("/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("/v1/responses", """{"model":"m","input":"\ud800"}""")]
    [InlineData("/v1/embeddings", """{"model":"m","input":["\ud800"]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"x","\ud800":1}]}""")]
    public async Task Half_a_character_is_the_requests_fault(string path, string body)
    {
        await StartAsync();

        var (status, answer) = await AskAsync(path, body);

        Assert.Equal(400, status);
        JsonNode error = JsonNode.Parse(answer)!;
        Assert.Equal("invalid_request_error", error["error"]!["type"]!.GetValue<string>());
        Assert.Contains("surrogate", error["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(path == "/v1/messages" ? "error" : null, error["type"]?.GetValue<string>());
    }

    [Fact]
    public async Task What_is_reported_is_what_is_counted_in_every_form()
    {
        await StartAsync("answer: {output_tokens: 5-40, cached_input: 0.3, cache_write: 0.3, reasoning: 0.25}");
        TokenUsage sum = default;
        void Add(TokenUsage? more) => sum = new(
            sum.Input + more!.Value.Input, sum.CachedInput + more.Value.CachedInput, sum.CacheWrite + more.Value.CacheWrite, sum.Output + more.Value.Output, sum.Reasoning + more.Value.Reasoning);
        for (int round = 0; round < 10; round++)
        {
            Add(CompletionToMessage.Translate(Encoding.UTF8.GetBytes((await AskAsync("/v1/chat/completions", Chat)).Body)).Usage);
            Add(MessageToCompletion.Translate(Encoding.UTF8.GetBytes((await AskAsync("/v1/messages", Message)).Body), new AnswerContext()).Usage);
            Add(Run(new ChatStreamToMessages(), (await AskAsync("/v1/chat/completions", Streamed(Chat))).Body).Usage);
            Add(Run(new MessagesStreamToChat(new AnswerContext()), (await AskAsync("/v1/messages", Streamed(Message))).Body).Usage);
        }

        JsonNode counts = await CountsAsync();
        Assert.Equal("""{"ok":40}""", counts["outcomes"]!.ToJsonString());
        Assert.Equal(40, counts["attempts"]!.GetValue<int>());
        foreach (JsonNode tokens in (JsonNode[])[counts["billed"]!, counts["reported"]!])
        {
            Assert.Equal(
                $$"""{"input_tokens":{{sum.Input}},"cached_input_tokens":{{sum.CachedInput}},"cache_write_tokens":{{sum.CacheWrite}},"output_tokens":{{sum.Output}},"reasoning_tokens":{{sum.Reasoning}}}""",
                tokens.ToJsonString());
        }

        Assert.Equal(["anthropic", "openai"], counts["by"]!.AsArray().Select(static row => row!["provider"]!.GetValue<string>()));
        Assert.True(sum.Reasoning > 0 && sum.CachedInput > 0 && sum.CacheWrite > 0);
    }

    private static StreamTranslator Run(StreamTranslator translator, string stream)
    {
        var output = new ArrayBufferWriter<byte>();
        translator.Write(Encoding.UTF8.GetBytes(stream), output);
        translator.End(output);
        Assert.Equal(StreamState.Complete, translator.State);
        return translator;
    }

    [Theory]
    [InlineData("/v1/chat/completions", Chat, "error.code")]
    [InlineData("/v1/messages", Message, "error.type")]
    public async Task Errors_have_the_protocols_own_form(string path, string body, string field)
    {
        await StartAsync("""
            keys: {primary: sk-a}
            time_scale: 10
            rules:
              - {when: {calls: 1-1}, then: {status: 429, retry_after: 15s}}
              - {when: {calls: 1-1}, then: {status: 500}}
            """);
        using HttpResponseMessage limited = await SendAsync(path, body);
        Assert.Equal(429, (int)limited.StatusCode);
        Assert.Equal(("2", "1500"), (limited.Headers.RetryAfter!.ToString(), limited.Headers.GetValues("retry-after-ms").Single()));
        Assert.Equal(500, (await AskAsync(path, body)).Status);
        (int status, string said) = await AskAsync(path, body, "sk-wrong");
        Assert.Equal(401, status);
        JsonNode? at = JsonNode.Parse(said);
        foreach (string part in field.Split('.'))
        {
            at = at![part];
        }

        Assert.Equal(field == "error.code" ? "invalid_api_key" : "authentication_error", at!.GetValue<string>());
        Assert.Equal(400, (await AskAsync(path, "nonsense")).Status);
        Assert.Equal("""{"status_400":1,"status_401":1,"status_429":1,"status_500":1}""", (await CountsAsync())["outcomes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/v1/chat/completions", Chat, "[DONE]")]
    [InlineData("/v1/messages", Message, "message_stop")]
    public async Task A_cut_stream_bills_what_was_written_and_has_no_end(string path, string body, string end)
    {
        await StartAsync("{chunk_tokens: 1, answer: {output_tokens: 20}, rules: [{then: {cut_after: 5}}]}");
        using HttpResponseMessage response = await SendAsync(path, Streamed(body));
        await using Stream stream = await response.Content.ReadAsStreamAsync(Stop);
        using var read = new MemoryStream();
        await Assert.ThrowsAnyAsync<Exception>(() => stream.CopyToAsync(read, Stop));
        Assert.DoesNotContain(end, Encoding.UTF8.GetString(read.ToArray()), StringComparison.Ordinal);
        JsonNode counts = await CountsAsync();
        Assert.Equal("""{"cut":1}""", counts["outcomes"]!.ToJsonString());
        Assert.Equal((5, 0), (counts["billed"]!["output_tokens"]!.GetValue<int>(), counts["reported"]!["output_tokens"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Malformed_and_slow_answers_and_wrong_usage()
    {
        await StartAsync("""
            time_scale: 1000
            answer: {output_tokens: 20}
            rules:
              - {when: {calls: 1-1}, then: {malformed_after: 2}}
              - {when: {calls: 1-1}, then: {slow: {bytes: 50, every: 1s}}}
              - {when: {calls: 1-1}, then: {usage: 3}}
              - {when: {calls: 1-1}, then: {usage: none}}
            """);
        var broken = new ChatStreamToMessages();
        var output = new ArrayBufferWriter<byte>();
        broken.Write(Encoding.UTF8.GetBytes((await AskAsync("/v1/chat/completions", Streamed(Chat))).Body), output);
        Assert.Equal(StreamState.Broken, broken.State);
        Run(new ChatStreamToMessages(), (await AskAsync("/v1/chat/completions", Streamed(Chat))).Body);
        Assert.Equal(60, JsonNode.Parse((await AskAsync("/v1/chat/completions", Chat)).Body)!["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.Null(JsonNode.Parse((await AskAsync("/v1/chat/completions", Chat)).Body)!["usage"]);
        JsonNode counts = await CountsAsync();
        Assert.Equal((68, 80), (counts["billed"]!["output_tokens"]!.GetValue<int>(), counts["reported"]!["output_tokens"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_dropped_and_a_hung_call_give_no_answer()
    {
        await StartAsync("rules: [{when: {calls: 1-1}, then: {drop: true}}, {then: {hang: true}}]");
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("/v1/chat/completions", Chat));
        using (var soon = new CancellationTokenSource())
        {
            Task<HttpResponseMessage> hung = SendAsync("/v1/chat/completions", Chat, stop: soon.Token);
            while (_server!.Counts.Attempts < 2)
            {
                await Task.Yield();
            }

            await soon.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hung);
        }

        JsonNode counts = await CountsAsync();
        while (counts["outcomes"]!["cancelled"] is null)
        {
            counts = await CountsAsync();
        }

        Assert.Equal("""{"cancelled":1,"drop":1}""", counts["outcomes"]!.ToJsonString());
        Assert.Equal(0, counts["billed"]!["input_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Tools_json_choices_and_limits()
    {
        await StartAsync();
        const string Tools = """{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"stock","parameters":{"type":"object","properties":{"sku":{"type":"string"},"n":{"type":"integer"}}}}}]}""";
        JsonNode call = JsonNode.Parse((await AskAsync("/v1/chat/completions", Tools)).Body)!["choices"]![0]!;
        Assert.Equal("tool_calls", call["finish_reason"]!.GetValue<string>());
        Assert.Equal("""{"sku":"text","n":1}""", call["message"]!["tool_calls"]![0]!["function"]!["arguments"]!.GetValue<string>());

        string result = Tools.Replace("""{"role":"user","content":"x"}""", """{"role":"user","content":"x"},{"role":"tool","tool_call_id":"c","content":"1"}""", StringComparison.Ordinal);
        Assert.Equal("stop", JsonNode.Parse((await AskAsync("/v1/chat/completions", result)).Body)!["choices"]![0]!["finish_reason"]!.GetValue<string>());

        JsonNode two = JsonNode.Parse((await AskAsync("/v1/chat/completions", Chat[..^1] + ",\"n\":2,\"max_tokens\":3}")).Body)!;
        Assert.Equal((2, 6, "length"), (two["choices"]!.AsArray().Count, two["usage"]!["completion_tokens"]!.GetValue<int>(), two["choices"]![1]!["finish_reason"]!.GetValue<string>()));

        const string Schema = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"c\",\"schema\":{\"type\":\"object\",\"properties\":{\"kind\":{\"enum\":[\"mug\"]}}}}}}";
        Assert.Equal("""{"kind":"mug"}""", JsonNode.Parse((await AskAsync("/v1/chat/completions", Chat[..^1] + Schema)).Body)!["choices"]![0]!["message"]!["content"]!.GetValue<string>());
    }

    /// <summary>An OpenAI client's request through both translations and a provider that speaks Anthropic.</summary>
    [Fact]
    public async Task An_openai_client_is_answered_by_an_anthropic_model_in_json()
    {
        await StartAsync();
        const string Schema = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"c\",\"schema\":{\"type\":\"object\",\"properties\":{\"kind\":{\"enum\":[\"mug\"]}}}}}}";
        foreach (StructuredOutputForm form in Enum.GetValues<StructuredOutputForm>())
        {
            TranslatedRequest request = ChatToMessages.Translate(Encoding.UTF8.GetBytes(Chat[..^1] + Schema), new() { StructuredOutput = form });
            (_, string body) = await AskAsync("/v1/messages", Encoding.UTF8.GetString(request.Body));
            JsonNode choice = JsonNode.Parse(MessageToCompletion.Translate(Encoding.UTF8.GetBytes(body), request.Answer).Body)!["choices"]![0]!;
            Assert.Equal(("""{"kind":"mug"}""", "stop"), (choice["message"]!["content"]!.GetValue<string>(), choice["finish_reason"]!.GetValue<string>()));

            TranslatedRequest streamed = ChatToMessages.Translate(Encoding.UTF8.GetBytes(Streamed(Chat[..^1] + Schema)), new() { StructuredOutput = form });
            (_, body) = await AskAsync("/v1/messages", Encoding.UTF8.GetString(streamed.Body));
            Run(new MessagesStreamToChat(streamed.Answer), body);
        }
    }

    [Fact]
    public async Task Embeddings_are_of_length_one_and_the_same_in_both_forms()
    {
        await StartAsync();
        const string Body = """{"model":"e","dimensions":8,"input":["a red mug","a red mug","else"]}""";
        JsonNode[] data = [.. JsonNode.Parse((await AskAsync("/v1/embeddings", Body)).Body)!["data"]!.AsArray()!];
        float[][] vectors = [.. data.Select(static row => row["embedding"]!.AsArray().Select(static part => part!.GetValue<float>()).ToArray())];
        Assert.Equal(vectors[0], vectors[1]);
        Assert.NotEqual(vectors[0], vectors[2]);
        Assert.Equal(1, vectors[2].Sum(static part => part * part), 5);
        string base64 = JsonNode.Parse((await AskAsync("/v1/embeddings", Body[..^1] + ",\"encoding_format\":\"base64\"}")).Body)!["data"]![0]!["embedding"]!.GetValue<string>();
        Assert.Equal(vectors[0], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(base64)).ToArray());
    }

    [Fact]
    public async Task A_reset_begins_the_scenario_anew()
    {
        await StartAsync("{models: [gpt-4o-mini], rules: [{when: {calls: 1-1}, then: {status: 500}}]}");
        Assert.Equal(500, (await AskAsync("/v1/chat/completions", Chat)).Status);
        Assert.Equal(200, (await AskAsync("/v1/chat/completions", Chat)).Status);
        Assert.Equal(404, (await AskAsync("/v1/messages", Message)).Status);
        Assert.Equal(204, (await AskAsync("/simulator/reset", "")).Status);
        Assert.Equal(0, (await CountsAsync())["attempts"]!.GetValue<int>());
        Assert.Equal(500, (await AskAsync("/v1/chat/completions", Chat)).Status);
    }
}
