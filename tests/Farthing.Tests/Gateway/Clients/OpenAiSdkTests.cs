using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Farthing.Tests.Gateway.Clients;

/// <summary>The official .NET client of OpenAI.</summary>
[Collection(ClientsGroup.Name)]
public sealed class OpenAiSdkTests(ClientsRig rig)
{
    private static readonly ChatMessage[] Ask = [new SystemChatMessage("You write captions."), new UserChatMessage("Describe a red mug.")];

    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "weather", "The weather of a city.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""));

    public static TheoryData<string, string> Ways { get; } = new()
    {
        { "/v1", "openai/gpt-4o-mini" },
        { "/v1", "anthropic/claude-haiku-4-5" },
        { "/v1", "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0" },
        { "/v1", "captions" },
        { "/v1", "alone/only-responses" },
        { "/openai", "gpt-4o-mini" },
        { "/openai", "anthropic/claude-haiku-4-5" },
        { "/langchain", "gpt-4o-mini" },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private OpenAIClient Open(string path, string key = "FARTHING_KEY") => new(
        new ApiKeyCredential(ClientsRig.Secrets.GetValueOrDefault(key, key)),
        new OpenAIClientOptions { Endpoint = new Uri(rig.Address, path), RetryPolicy = new ClientRetryPolicy(0) });

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_chat_is_answered(string path, string model)
    {
        ChatCompletion made = await Open(path).GetChatClient(model).CompleteChatAsync(Ask, new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Stop);

        Assert.Equal(ClientsRig.Text, made.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, made.FinishReason);
        Assert.Equal(ClientsRig.TextTokens, made.Usage.OutputTokenCount);
        Assert.True(made.Usage.InputTokenCount > 0 && made.Usage.InputTokenDetails.CachedTokenCount > 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_chat_is_streamed(string path, string model)
    {
        var said = new StringBuilder();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        int pieces = 0;
        await foreach (StreamingChatCompletionUpdate update in Open(path).GetChatClient(model).CompleteChatStreamingAsync(Ask, cancellationToken: Stop))
        {
            pieces++;
            said.Append(string.Concat(update.ContentUpdate.Select(static part => part.Text)));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        Assert.Equal(ClientsRig.Text, said.ToString());
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.True(pieces > ClientsRig.TextTokens);
        Assert.Equal(ClientsRig.TextTokens, usage?.OutputTokenCount);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_tool_is_called_and_its_result_is_answered(string path, string model)
    {
        ChatClient client = Open(path).GetChatClient(model);
        var options = new ChatCompletionOptions { Tools = { Weather } };
        List<ChatMessage> messages = [new UserChatMessage("What is the weather in Bern?")];

        ChatCompletion first = await client.CompleteChatAsync(messages, options, Stop);

        ChatToolCall call = Assert.Single(first.ToolCalls);
        Assert.Equal((ChatFinishReason.ToolCalls, "weather"), (first.FinishReason, call.FunctionName));
        Assert.Equal("text", JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").GetString());
        messages.AddRange([new AssistantChatMessage(first), new ToolChatMessage(call.Id, "Sunny.")]);
        ChatCompletion second = await client.CompleteChatAsync(messages, options, Stop);
        Assert.Equal(ClientsRig.Text, second.Content[0].Text);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_schema_is_kept(string path, string model)
    {
        BinaryData schema = BinaryData.FromString("""{"type":"object","properties":{"title":{"type":"string"},"price":{"type":"number"}},"required":["title","price"],"additionalProperties":false}""");
        var options = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("caption", schema, jsonSchemaIsStrict: true) };

        ChatCompletion made = await Open(path).GetChatClient(model).CompleteChatAsync(Ask, options, Stop);

        using var answer = JsonDocument.Parse(made.Content[0].Text);
        Assert.Equal(("text", 1.5), (answer.RootElement.GetProperty("title").GetString(), answer.RootElement.GetProperty("price").GetDouble()));
        Assert.Equal(ChatFinishReason.Stop, made.FinishReason);
    }

    [Fact]
    public async Task Texts_are_embedded()
    {
        EmbeddingClient client = Open("/v1").GetEmbeddingClient("openai/text-embedding-3-small");

        OpenAIEmbeddingCollection made = await client.GenerateEmbeddingsAsync(["a red mug", "a blue mug"], new EmbeddingGenerationOptions { Dimensions = 48 }, Stop);

        Assert.Equal(2, made.Count);
        Assert.Equal(48, made[0].ToFloats().Length);
        Assert.True(made.Usage.InputTokenCount > 0);
    }

    [Theory]
    [InlineData("failing-openai/status-400", 400)]
    [InlineData("failing-anthropic/status-400", 400)]
    [InlineData("failing-openai/no-such-model", 404)]
    [InlineData("failing-anthropic/no-such-model", 404)]
    [InlineData("limited-openai/status-429", 429)]
    [InlineData("limited-anthropic/status-429", 429)]
    [InlineData("failing-openai/status-500", 500)]
    [InlineData("failing-anthropic/status-529", 503)]
    [InlineData("failing-alone/status-400", 400)]
    [InlineData("failing-alone/status-500", 500)]
    [InlineData("failing-openai/drop", 502)]
    [InlineData("refused-openai/gpt-4o-mini", 502)]
    [InlineData("nobody/nothing", 404)]
    public async Task An_error_has_the_status_that_the_provider_would_give(string model, int status)
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Open("/v1").GetChatClient(model).CompleteChatAsync(Ask, cancellationToken: Stop));

        // A refused key is out until it is probed, and then there is no key to try.
        Assert.True(error.Status == status || (model.StartsWith("refused", StringComparison.Ordinal) && error.Status == 503), error.Message);
        Assert.Contains("\n\n", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fk-nobody", "openai/gpt-4o-mini", 401)]
    [InlineData("FARTHING_NARROW_KEY", "anthropic/claude-haiku-4-5", 403)]
    public async Task A_key_of_the_gateway_is_refused_by_its_own_status(string key, string model, int status)
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Open("/v1", key).GetChatClient(model).CompleteChatAsync(Ask, cancellationToken: Stop));

        Assert.Equal(status, error.Status);
    }

    [Theory]
    [InlineData("failing-openai/cut")]
    [InlineData("failing-anthropic/cut")]
    [InlineData("failing-alone/cut")]
    public async Task A_stream_that_is_cut_never_ends_as_if_it_were_whole(string model)
    {
        var said = new StringBuilder();
        ChatFinishReason? finish = null;
        await Record.ExceptionAsync(async () =>
        {
            await foreach (StreamingChatCompletionUpdate update in Open("/v1").GetChatClient(model).CompleteChatStreamingAsync(Ask, cancellationToken: Stop))
            {
                said.Append(string.Concat(update.ContentUpdate.Select(static part => part.Text)));
                finish = update.FinishReason ?? finish;
            }
        });

        // This SDK knows no error events: it passes over what it does not know, so the missing finish reason is what tells.
        Assert.Null(finish);
        Assert.True(said.Length > 0 && said.Length < ClientsRig.Text.Length, said.ToString());
    }
}
