using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Responses;

// The SDK marks parts of its Responses client as subject to change.
#pragma warning disable OPENAI001

namespace Farthing.Tests.Gateway.Clients;

/// <summary>The official .NET client of OpenAI, speaking Responses to providers that do and to those that don't.</summary>
[Collection(ClientsGroup.Name)]
public sealed class ResponsesSdkTests(ClientsRig rig)
{
    private static readonly ResponseTool Weather = ResponseTool.CreateFunctionTool(
        "weather", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""), strictModeEnabled: true, "The weather of a city.");

    public static TheoryData<string> Models { get; } =
    [
        "openai/gpt-4o-mini", "anthropic/claude-haiku-4-5", "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", "gemini/gpt-4o-mini", "local/gpt-4o-mini", "captions",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ResponsesClient Open() => new OpenAIClient(
        new ApiKeyCredential(ClientsRig.Secrets["FARTHING_KEY"]),
        new OpenAIClientOptions { Endpoint = new Uri(rig.Address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) }).GetResponsesClient();

    private static CreateResponseOptions Ask(string model, string text = "Describe a red mug.") =>
        new(model, [ResponseItem.CreateUserMessageItem(text)]) { Instructions = "You write captions." };

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_response_is_made(string model)
    {
        ResponseResult made = await Open().CreateResponseAsync(Ask(model), Stop);

        Assert.Equal((ClientsRig.Text, ResponseStatus.Completed), (made.GetOutputText(), made.Status));
        Assert.Equal(ClientsRig.TextTokens, made.Usage.OutputTokenCount);
        Assert.True(made.Usage.InputTokenCount > 0 && made.Usage.InputTokenDetails.CachedTokenCount > 0);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_response_is_streamed(string model)
    {
        var said = new StringBuilder();
        List<StreamingResponseUpdate> updates = [];
        CreateResponseOptions options = Ask(model);
        options.StreamingEnabled = true;
        await foreach (StreamingResponseUpdate update in await Open().CreateResponseStreamingAsync(options, Stop))
        {
            updates.Add(update);
            said.Append((update as StreamingResponseOutputTextDeltaUpdate)?.Delta);
        }

        Assert.Equal(ClientsRig.Text, said.ToString());
        Assert.Equal(Enumerable.Range(0, updates.Count), updates.Select(static update => update.SequenceNumber));
        var last = Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]);
        Assert.Equal((ClientsRig.Text, ClientsRig.TextTokens), (last.Response.GetOutputText(), last.Response.Usage.OutputTokenCount));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_tool_is_called_and_its_result_is_answered(string model)
    {
        CreateResponseOptions options = Ask(model, "What is the weather in Bern?");
        options.Tools.Add(Weather);

        ResponseResult first = await Open().CreateResponseAsync(options, Stop);

        FunctionCallResponseItem call = Assert.Single(first.OutputItems.OfType<FunctionCallResponseItem>());
        Assert.Equal("weather", call.FunctionName);
        Assert.Equal("text", JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").GetString());
        foreach (ResponseItem item in first.OutputItems)
        {
            options.InputItems.Add(item);
        }

        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "Sunny."));
        ResponseResult second = await Open().CreateResponseAsync(options, Stop);
        Assert.Equal(ClientsRig.Text, second.GetOutputText());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_schema_is_kept(string model)
    {
        BinaryData schema = BinaryData.FromString("""{"type":"object","properties":{"title":{"type":"string"},"price":{"type":"number"}},"required":["title","price"],"additionalProperties":false}""");
        CreateResponseOptions options = Ask(model);
        options.TextOptions = new ResponseTextOptions { TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("caption", schema, jsonSchemaIsStrict: true) };

        ResponseResult made = await Open().CreateResponseAsync(options, Stop);

        using var answer = JsonDocument.Parse(made.GetOutputText());
        Assert.Equal(("text", 1.5), (answer.RootElement.GetProperty("title").GetString(), answer.RootElement.GetProperty("price").GetDouble()));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_limit_cuts_it(string model)
    {
        CreateResponseOptions options = Ask(model);
        options.MaxOutputTokenCount = 2;

        ResponseResult made = await Open().CreateResponseAsync(options, Stop);

        Assert.Equal((ResponseStatus.Incomplete, ResponseIncompleteStatusReason.MaxOutputTokens), (made.Status, made.IncompleteStatusDetails.Reason));
    }

    [Theory]
    [InlineData("failing-anthropic/status-400", 400)]
    [InlineData("failing-gemini/no-such-model", 404)]
    [InlineData("limited-anthropic/status-429", 429)]
    [InlineData("failing-gemini/status-500", 500)]
    [InlineData("failing-anthropic/status-529", 503)]
    [InlineData("failing-anthropic/drop", 502)]
    public async Task An_error_has_the_status_that_the_provider_would_give(string model, int status)
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Open().CreateResponseAsync(Ask(model), Stop));

        Assert.Equal(status, error.Status);
        Assert.Contains("\n\n", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("failing-openai/cut")]
    [InlineData("failing-anthropic/cut")]
    [InlineData("failing-gemini/cut")]
    public async Task A_stream_that_is_cut_is_told(string model)
    {
        CreateResponseOptions options = Ask(model);
        options.StreamingEnabled = true;
        List<StreamingResponseUpdate> updates = [];
        await foreach (StreamingResponseUpdate update in await Open().CreateResponseStreamingAsync(options, Stop))
        {
            updates.Add(update);
        }

        var error = Assert.IsType<StreamingResponseErrorUpdate>(updates[^1]);
        Assert.Equal("stream_interrupted", error.Code);
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(updates, static update => update is StreamingResponseCompletedUpdate);
    }
}
