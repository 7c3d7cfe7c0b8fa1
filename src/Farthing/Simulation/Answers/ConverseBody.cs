using System.Text.Json;
using System.Text.Json.Nodes;

namespace Farthing.Simulation.Answers;

/// <summary>A request of AWS's Converse, said as one of Anthropic's messages, which <see cref="SimulatedCall"/> reads.</summary>
internal static class ConverseBody
{
    /// <summary>Says it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="model">The model, which stands in the path.</param>
    /// <param name="isStream">Whether the path is that of streams.</param>
    public static JsonElement AsMessages(JsonElement body, string model, bool isStream)
    {
        var request = JsonObject.Create(body)!;
        JsonNode? choice = request["toolConfig"]?["toolChoice"];
        string? kind = (choice as JsonObject)?.FirstOrDefault().Key;
        var messages = new JsonObject
        {
            ["model"] = model,
            ["stream"] = isStream,
            ["max_tokens"] = request["inferenceConfig"]?["maxTokens"]?.DeepClone() ?? int.MaxValue,
            ["system"] = request["system"]?.DeepClone(),
            ["messages"] = new JsonArray([.. (request["messages"] as JsonArray ?? []).OfType<JsonObject>().Select(Message)]),
            ["tools"] = new JsonArray([.. (request["toolConfig"]?["tools"] as JsonArray ?? []).OfType<JsonObject>().Select(static tool => tool["toolSpec"]).OfType<JsonObject>().Select(Tool)]),
        };
        if (kind is not null)
        {
            messages["tool_choice"] = new JsonObject { ["type"] = kind, ["name"] = choice![kind]?["name"]?.DeepClone() };
        }

        if (request["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"]?["schema"]?.GetValue<string>() is { } schema)
        {
            messages["output_config"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "json_schema", ["schema"] = JsonNode.Parse(schema) } };
        }

        return JsonSerializer.SerializeToElement(messages, JsonSerializerOptions.Web);
    }

    private static JsonObject Tool(JsonObject tool) => new() { ["name"] = tool["name"]?.DeepClone(), ["description"] = tool["description"]?.DeepClone(), ["input_schema"] = tool["inputSchema"]?["json"]?.DeepClone() };

    private static JsonObject Message(JsonObject message) => new()
    {
        ["role"] = message["role"]?.DeepClone(),
        ["content"] = new JsonArray([.. (message["content"] as JsonArray ?? []).OfType<JsonObject>().Select(Block)]),
    };

    // What a picture or a result counts for is read from these fields.
    private static JsonObject Block(JsonObject block) =>
        block["toolResult"] is JsonObject result ? new JsonObject { ["type"] = "tool_result", ["content"] = result["content"]?.DeepClone() }
        : block["image"] is JsonObject image ? new JsonObject { ["type"] = "image", ["source"] = new JsonObject { ["data"] = image["source"]?["bytes"]?.DeepClone() } }
        : block["text"] is { } text ? new JsonObject { ["type"] = "text", ["text"] = text.DeepClone() }
        : new JsonObject { ["type"] = block.FirstOrDefault().Key };
}
