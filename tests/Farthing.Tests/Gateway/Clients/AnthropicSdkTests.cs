using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Farthing.Tests.Gateway.Clients;

/// <summary>The official .NET client of Anthropic.</summary>
[Collection(ClientsGroup.Name)]
public sealed class AnthropicSdkTests(ClientsRig rig)
{
    private static readonly Tool Weather = new()
    {
        Name = "weather",
        Description = "The weather of a city.",
        InputSchema = new InputSchema { Properties = Fields("""{"city":{"type":"string"}}"""), Required = ["city"] },
    };

    public static TheoryData<string, string> Ways { get; } = new()
    {
        { "/", "anthropic/claude-haiku-4-5" },
        { "/", "openai/gpt-4o-mini" },
        { "/", "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0" },
        { "/", "messages" },
        { "/", "alone/only-responses" },
        { "/anthropic", "claude-haiku-4-5" },
        { "/anthropic", "openai/gpt-4o-mini" },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private AnthropicClient Open(string path, string key = "FARTHING_KEY") => new()
    {
        ApiKey = ClientsRig.Secrets.GetValueOrDefault(key, key),
        BaseUrl = new Uri(rig.Address, path).AbsoluteUri.TrimEnd('/'),
        MaxRetries = 0,
    };

    private static MessageCreateParams Ask(string model) => new()
    {
        Model = model,
        MaxTokens = 100,
        System = "You write captions.",
        Messages = [new UserMessageParam("Describe a red mug.")],
    };

    private static Dictionary<string, JsonElement> Fields(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static string TextOf(Message message) =>
        string.Concat(message.Content.Select(static block => block.TryPickText(out TextBlock? text) ? text.Text : ""));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_message_is_answered(string path, string model)
    {
        using AnthropicClient client = Open(path);

        Message made = await client.Messages.Create(Ask(model), Stop);

        Assert.Equal(ClientsRig.Text, TextOf(made));
        Assert.Equal("end_turn", made.StopReason?.Raw());
        Assert.Equal(ClientsRig.TextTokens, made.Usage.OutputTokens);
        Assert.True(made.Usage.InputTokens > 0 && made.Usage.CacheReadInputTokens > 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_message_is_streamed(string path, string model)
    {
        using AnthropicClient client = Open(path);
        var said = new StringBuilder();
        long? output = null;
        bool isStopped = false;
        await foreach (RawMessageStreamEvent found in client.Messages.CreateStreaming(Ask(model), Stop))
        {
            if (found.TryPickContentBlockDelta(out RawContentBlockDeltaEvent? delta) && delta.Delta.TryPickText(out TextDelta? text))
            {
                said.Append(text.Text);
            }

            output = found.TryPickDelta(out RawMessageDeltaEvent? end) ? end.Usage.OutputTokens : output;
            isStopped |= found.TryPickStop(out _);
        }

        Assert.Equal(ClientsRig.Text, said.ToString());
        Assert.Equal(ClientsRig.TextTokens, output);
        Assert.True(isStopped);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_tool_is_called_and_its_result_is_answered(string path, string model)
    {
        using AnthropicClient client = Open(path);
        MessageCreateParams ask = Ask(model) with { Tools = [Weather] };

        Message first = await client.Messages.Create(ask, Stop);

        Assert.Equal("tool_use", first.StopReason?.Raw());
        ToolUseBlock? call = null;
        Assert.Contains(first.Content, block => block.TryPickToolUse(out call));
        Assert.Equal(("weather", "text"), (call!.Name, call.Input["city"].GetString()));
        MessageParam said = new AssistantMessageParam(new List<ContentBlockParam> { new ToolUseBlockParam { ID = call.ID, Name = call.Name, Input = call.Input } });
        MessageParam result = new UserMessageParam(new List<ContentBlockParam> { new ToolResultBlockParam { ToolUseID = call.ID, Content = "Sunny." } });
        Message second = await client.Messages.Create(ask with { Messages = [.. ask.Messages, said, result] }, Stop);
        Assert.Equal(ClientsRig.Text, TextOf(second));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_schema_is_kept(string path, string model)
    {
        using AnthropicClient client = Open(path);
        var format = new JsonOutputFormat
        {
            Schema = Fields("""{"type":"object","properties":{"title":{"type":"string"},"price":{"type":"number"}},"required":["title","price"],"additionalProperties":false}"""),
        };

        Message made = await client.Messages.Create(Ask(model) with { OutputConfig = new OutputConfig { Format = format } }, Stop);

        using var answer = JsonDocument.Parse(TextOf(made));
        Assert.Equal(("text", 1.5), (answer.RootElement.GetProperty("title").GetString(), answer.RootElement.GetProperty("price").GetDouble()));
    }

    [Theory]
    [InlineData("failing-anthropic/status-400", typeof(AnthropicBadRequestException))]
    [InlineData("failing-openai/status-400", typeof(AnthropicBadRequestException))]
    [InlineData("failing-anthropic/no-such-model", typeof(AnthropicNotFoundException))]
    [InlineData("failing-openai/no-such-model", typeof(AnthropicNotFoundException))]
    [InlineData("failing-openai/status-422", typeof(AnthropicUnprocessableEntityException))]
    [InlineData("limited-anthropic/status-429", typeof(AnthropicRateLimitException))]
    [InlineData("limited-openai/status-429", typeof(AnthropicRateLimitException))]
    [InlineData("failing-anthropic/status-500", typeof(Anthropic5xxException))]
    [InlineData("failing-openai/status-500", typeof(Anthropic5xxException))]
    [InlineData("failing-anthropic/status-529", typeof(AnthropicOverloadedException))]
    [InlineData("failing-openai/status-503", typeof(AnthropicOverloadedException))]
    [InlineData("failing-alone/status-400", typeof(AnthropicBadRequestException))]
    [InlineData("failing-alone/status-503", typeof(AnthropicOverloadedException))]
    [InlineData("failing-anthropic/drop", typeof(Anthropic5xxException))]
    [InlineData("refused-anthropic/claude-haiku-4-5", typeof(Anthropic5xxException))]
    [InlineData("nobody/nothing", typeof(AnthropicNotFoundException))]
    public async Task An_error_has_the_type_that_the_provider_would_give(string model, System.Type type)
    {
        using AnthropicClient client = Open("/");

        var error = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.Messages.Create(Ask(model), Stop));

        Assert.IsAssignableFrom(type, error);
        Assert.Contains("\"type\":\"error\"", error.ResponseBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fk-nobody", "claude-haiku-4-5", typeof(AnthropicUnauthorizedException))]
    [InlineData("FARTHING_NARROW_KEY", "anthropic/claude-haiku-4-5", typeof(AnthropicForbiddenException))]
    public async Task A_key_of_the_gateway_is_refused_by_its_own_type(string key, string model, System.Type type)
    {
        using AnthropicClient client = Open("/anthropic", key);

        var error = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => client.Messages.Create(Ask(model), Stop));

        Assert.IsAssignableFrom(type, error);
    }

    [Theory]
    [InlineData("failing-anthropic/cut")]
    [InlineData("failing-openai/cut")]
    [InlineData("failing-alone/cut")]
    public async Task A_stream_that_is_cut_throws(string model)
    {
        using AnthropicClient client = Open("/");
        var said = new StringBuilder();

        await Assert.ThrowsAnyAsync<AnthropicException>(async () =>
        {
            await foreach (RawMessageStreamEvent found in client.Messages.CreateStreaming(Ask(model), Stop))
            {
                if (found.TryPickContentBlockDelta(out RawContentBlockDeltaEvent? delta) && delta.Delta.TryPickText(out TextDelta? text))
                {
                    said.Append(text.Text);
                }
            }
        });

        Assert.True(said.Length > 0 && said.Length < ClientsRig.Text.Length, said.ToString());
    }
}
