using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Errors;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ErrorTranslationTests
{
    [Theory]
    [InlineData(400, "invalid_request_error", 400, "invalid_request_error", null)]
    [InlineData(401, "authentication_error", 401, "invalid_request_error", "invalid_api_key")]
    [InlineData(402, "billing_error", 429, "insufficient_quota", "insufficient_quota")]
    [InlineData(403, "permission_error", 403, "invalid_request_error", null)]
    [InlineData(404, "not_found_error", 404, "invalid_request_error", "model_not_found")]
    [InlineData(413, "request_too_large", 413, "invalid_request_error", null)]
    [InlineData(429, "rate_limit_error", 429, "rate_limit_error", "rate_limit_exceeded")]
    [InlineData(500, "api_error", 500, "server_error", null)]
    [InlineData(529, "overloaded_error", 503, "server_error", "overloaded")]
    public void Anthropics_errors_for_openais_clients(int status, string type, int translated, string newType, string? code)
    {
        TranslatedError error = ErrorToOpenAi.Translate(
            status, Utf8($$$"""{"type":"error","error":{"type":"{{{type}}}","message":"Why."},"request_id":"r"}"""));
        Assert.Equal(translated, error.Status);
        JsonNode? said = JsonNode.Parse(error.Body)!["error"];
        Assert.Equal(("Why.", newType, code), (said!["message"]!.GetValue<string>(), said["type"]!.GetValue<string>(), said["code"]?.GetValue<string>()));
        Assert.True(said.AsObject().ContainsKey("param"));
    }

    [Theory]
    [InlineData(400, "invalid_request_error", null, 400, "invalid_request_error")]
    [InlineData(401, "invalid_request_error", "invalid_api_key", 401, "authentication_error")]
    [InlineData(404, "invalid_request_error", "model_not_found", 404, "not_found_error")]
    [InlineData(429, "requests", "rate_limit_exceeded", 429, "rate_limit_error")]
    [InlineData(429, "insufficient_quota", "insufficient_quota", 402, "billing_error")]
    [InlineData(500, "server_error", null, 500, "api_error")]
    [InlineData(503, "server_error", null, 529, "overloaded_error")]
    [InlineData(504, "server_error", null, 504, "timeout_error")]
    public void Openais_errors_for_anthropics_clients(int status, string type, string? code, int translated, string newType)
    {
        string coded = code is null ? "null" : $"\"{code}\"";
        TranslatedError error = ErrorToAnthropic.Translate(status, Utf8($$$"""{"error":{"message":"Why.","type":"{{{type}}}","param":null,"code":{{{coded}}}}}"""));
        Assert.Equal(translated, error.Status);
        Equal($$$"""{"type":"error","error":{"type":"{{{newType}}}","message":"Why."}}""", error.Body);
    }

    [Fact]
    public void A_conversation_that_is_too_long_is_known_as_such_on_both_sides()
    {
        byte[] openAi = ErrorToOpenAi.Translate(400, Utf8("""{"error":{"type":"invalid_request_error","message":"prompt is too long: 9 > 8"}}""")).Body;
        Assert.Equal("context_length_exceeded", JsonNode.Parse(openAi)!["error"]!["code"]!.GetValue<string>());
        byte[] anthropic = ErrorToAnthropic.Translate(400, Utf8("""{"error":{"code":"context_length_exceeded","message":"Too many."}}""")).Body;
        Assert.Equal("prompt is too long: Too many.", JsonNode.Parse(anthropic)!["error"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("<html>secret</html>")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"error\":{}}")]
    [InlineData("{\"error\":{\"message\":\"\\ud800\"}}")]
    public void A_body_that_can_not_be_read_is_not_passed_on(string body)
    {
        foreach (TranslatedError error in (TranslatedError[])[ErrorToOpenAi.Translate(502, Utf8(body)), ErrorToAnthropic.Translate(502, Utf8(body))])
        {
            Assert.Equal(502, error.Status);
            Assert.Equal("The provider answered 502 without a message that can be read.", JsonNode.Parse(error.Body)!["error"]!["message"]!.GetValue<string>());
        }
    }

    [Fact]
    public void A_refusal_names_its_field()
    {
        var refusal = new RequestRefusedException("n", "one answer.");
        Equal("""{"error":{"message":"n: one answer.","type":"invalid_request_error","param":"n","code":"unsupported_value"}}""", ErrorToOpenAi.Of(refusal).Body);
        Equal("""{"type":"error","error":{"type":"invalid_request_error","message":"n: one answer."}}""", ErrorToAnthropic.Of(refusal).Body);
    }
}
