using System.Text;
using System.Text.Json;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Tests.Gateway.Wire;

public sealed class ToldErrorTests
{
    [Theory]
    [InlineData("""{"code":502,"message":"x"}""", 502)]
    [InlineData("""{"code":"429"}""", 429)]
    [InlineData("""{"code":200,"type":"server_error"}""", 500)]
    [InlineData("""{"code":null,"type":"overloaded_error"}""", 529)]
    [InlineData("""{"code":"context_length_exceeded","type":"invalid_request_error"}""", 400)]
    [InlineData("""{"code":"brand_new","type":"rate_limit_error"}""", 429)]
    [InlineData("""{"code":"model_not_found","type":"invalid_request_error"}""", 404)]
    [InlineData("""{"code":"invalid_prompt"}""", 400)]
    [InlineData("""{"code":"invalid_api_key"}""", 401)]
    [InlineData("""{"status":"RESOURCE_EXHAUSTED"}""", 429)]
    [InlineData("""{"type":"error","code":"rate_limit_exceeded","message":"x"}""", 429)]
    [InlineData("""{"message":"x"}""", 500)]
    [InlineData("\"busy\"", 500)]
    public void Has_the_status_that_says_the_same(string error, int status)
    {
        var told = ToldError.Of(Encoding.UTF8.GetBytes(error));
        Assert.Equal(status, told.Status);
        Assert.Equal($"{{\"error\":{error}}}", Encoding.UTF8.GetString(told.Body(WireShape.Chat)));
        Assert.Equal($"{{\"type\":\"error\",\"error\":{error}}}", Encoding.UTF8.GetString(told.Body(WireShape.Messages)));
    }

    [Fact]
    public void One_with_words_stands_for_one_without()
    {
        var said = ToldError.Of("{\"message\":\"x\"}"u8);
        Assert.Same(said, ToldError.First(ToldError.Bare, said));
        Assert.Same(said, ToldError.First(said, ToldError.Bare));
        Assert.Same(ToldError.Bare, ToldError.First(ToldError.Bare, null));
    }

    [Theory]
    [InlineData("null", false)]
    [InlineData("false", false)]
    [InlineData("\"\"", false)]
    [InlineData("{}", true)]
    [InlineData("[{\"a\":1}]", true)]
    public void Is_one_or_none(string value, bool isOne)
    {
        byte[] body = Encoding.UTF8.GetBytes($"{{\"error\":{value},\"more\":1}}");
        var json = new Utf8JsonReader(body);
        json.Read();
        json.Read();
        json.Read();

        Assert.Equal(isOne, ToldError.Read(ref json, body) is not null);
        Assert.True(json.Read() && json.ValueTextEquals("more"));
    }

    [Theory]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"stop","message":{}}]}""", AnswerFinish.Whole)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"stop","message":{}},{"message":{},"finish_reason":"length"}]}""", AnswerFinish.Odd)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"length","message":{}},{"message":{},"finish_reason":""}]}""", AnswerFinish.Odd)]
    [InlineData(WireShape.Chat, """{"choices":["x"]}""", AnswerFinish.None)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"eos","message":{}}]}""", AnswerFinish.Whole)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"error"}]}""", AnswerFinish.Failed)]
    [InlineData(WireShape.Messages, """{"stop_reason":"tool_use","content":[]}""", AnswerFinish.Whole)]
    [InlineData(WireShape.Messages, """{"stop_reason":"tool_use"}""", AnswerFinish.None)]
    [InlineData(WireShape.Responses, """{"output":[{"type":"message"}],"status":"completed"}""", AnswerFinish.Whole)]
    [InlineData(WireShape.Responses, """{"output":[]}""", AnswerFinish.Odd)]
    [InlineData(WireShape.Responses, """{"status":"failed"}""", AnswerFinish.Failed)]
    [InlineData(WireShape.Embeddings, """{"data":[{"embedding":[1]}]}""", AnswerFinish.Whole)]
    [InlineData(WireShape.Embeddings, """{"data":[]}""", AnswerFinish.None)]
    public void An_answer_says_how_it_ended(WireShape shape, string body, AnswerFinish finish)
    {
        AnswerReport report = AnswerReading.Of(shape, Encoding.UTF8.GetBytes(body))!;
        Assert.Equal(finish, report.Finish);
        Assert.Equal(finish == AnswerFinish.Failed, report.Error is not null);
    }
}
