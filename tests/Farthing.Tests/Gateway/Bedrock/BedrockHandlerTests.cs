using System.Net;
using System.Text;
using Farthing.Gateway.Bedrock;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;

namespace Farthing.Tests.Gateway.Bedrock;

public sealed class BedrockHandlerTests
{
    private const string Ask = """{"model":"arn:aws:bedrock:eu-central-1:1:inference-profile/x.y-v1:0","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""";
    private static readonly KeyOptions Bearer = new("bearer", new Secret("bearer-key-51"));
    private static readonly KeyOptions Signed = new("signed", new Secret("AKID")) { Aws = new AwsKey(new Secret("AKID"), new Secret("secret-17"), null) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_without_a_secret_is_a_bearer_token()
    {
        var server = new Server(static _ => Said(200, """{"output":{"message":{"content":[{"text":"A mug."}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2}}"""));

        using HttpResponseMessage response = await SendAsync(server, Bearer, HttpMethod.Post);

        Assert.Equal("Bearer bearer-key-51", server.Last!.Headers.NonValidated["Authorization"].ToString());
        Assert.Equal("https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2Fx.y-v1%3A0/converse", server.Last.RequestUri!.AbsoluteUri);
        Assert.Contains("\"A mug.\"", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ThrottlingException", 400, 429, "rate_limit_error")]
    [InlineData("ServiceQuotaExceededException", 400, 429, "rate_limit_error")]
    [InlineData("ModelNotReadyException", 429, 429, "rate_limit_error")]
    [InlineData("ModelTimeoutException", 408, 504, "timeout_error")]
    [InlineData("ModelErrorException", 424, 500, "api_error")]
    [InlineData("ServiceUnavailableException", 503, 529, "overloaded_error")]
    [InlineData("ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/", 400, 400, "invalid_request_error")]
    [InlineData("com.amazon.bedrock#ResourceNotFoundException", 404, 404, "not_found_error")]
    [InlineData("ExpiredTokenException", 403, 403, "permission_error")]
    [InlineData("", 413, 413, "request_too_large")]
    public async Task An_exception_of_aws_becomes_the_error_that_says_what_follows(string type, int status, int told, string kind)
    {
        using HttpResponseMessage response = await SendAsync(new Server(_ => Said(status, """{"message":"No."}""", type)), Signed, HttpMethod.Post);

        Assert.Equal(told, (int)response.StatusCode);
        Assert.Equal($$$"""{"type":"error","error":{"type":"{{{kind}}}","message":"No."}}""", await response.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("AccessDeniedException", 403, 404)]
    [InlineData("UnrecognizedClientException", 403, 403)]
    [InlineData("", 200, 200)]
    public async Task A_probe_tells_a_key_that_is_known_from_one_that_is_not(string type, int status, int told)
    {
        var server = new Server(_ => Said(status, "{}", type));

        using HttpResponseMessage response = await SendAsync(server, Signed, HttpMethod.Get);

        Assert.Equal(told, (int)response.StatusCode);
        Assert.Equal("/async-invoke?maxResults=1", server.Last!.RequestUri!.PathAndQuery);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{"output":{},"stopReason":"end_turn"}""")]
    [InlineData("""{"output":{"message":{"content":[]}},"stopReason":"malformed_model_output"}""")]
    public async Task What_is_no_answer_is_empty(string body)
    {
        using HttpResponseMessage response = await SendAsync(new Server(_ => Said(200, body)), Signed, HttpMethod.Post);

        Assert.Equal("", await response.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task A_request_that_converse_cannot_say_is_not_sent()
    {
        var server = new Server(static _ => Said(200, "{}"));

        using HttpResponseMessage response = await SendAsync(server, Signed, HttpMethod.Post, Ask.Replace("\"content\":\"x\"", "\"content\":[{\"type\":\"search_result\"}]", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(server.Last);
    }

    private static async Task<HttpResponseMessage> SendAsync(Server server, KeyOptions key, HttpMethod method, string body = Ask)
    {
        ProviderOptions provider = new("bedrock", ProviderTable.Find("bedrock")!, new Uri("https://bedrock-runtime.eu-central-1.amazonaws.com")) { Region = "eu-central-1" };
        using var handler = new HttpMessageInvoker(new BedrockHandler(provider, new HttpMessageInvoker(server), TimeProvider.System));
        using var request = new HttpRequestMessage(method, "https://bedrock-runtime.eu-central-1.amazonaws.com/messages");
        if (method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        request.Options.Set(BedrockHandler.Key, key);
        HttpResponseMessage response = await handler.SendAsync(request, Stop);
        await response.Content.LoadIntoBufferAsync(Stop);
        return response;
    }

    private static HttpResponseMessage Said(int status, string body, string type = "")
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (type.Length > 0)
        {
            response.Headers.TryAddWithoutValidation("x-amzn-ErrorType", type);
        }

        return response;
    }

    private sealed class Server(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public HttpRequestMessage? Last { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Last = request;
            return Task.FromResult(answer(request));
        }
    }
}
