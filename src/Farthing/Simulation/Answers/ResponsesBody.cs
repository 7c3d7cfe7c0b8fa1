using System.Text.Json;
using System.Text.Json.Nodes;

namespace Farthing.Simulation.Answers;

/// <summary>A request of OpenAI's Responses, said as one of chat completions, which <see cref="SimulatedCall"/> reads.</summary>
internal static class ResponsesBody
{
    /// <summary>Says it.</summary>
    public static JsonElement AsChat(JsonElement body)
    {
        var request = JsonObject.Create(body)!;
        var messages = new JsonArray();
        if (request["instructions"] is { } instructions)
        {
            messages.Add(new JsonObject { ["role"] = "system", ["content"] = instructions.DeepClone() });
        }

        JsonNode?[] items = request["input"] is JsonArray list ? [.. list] : request["input"] is { } text ? [new JsonObject { ["role"] = "user", ["content"] = text.DeepClone() }] : [];
        foreach (JsonObject item in items.OfType<JsonObject>())
        {
            messages.Add(Message(item));
        }

        var chat = new JsonObject
        {
            ["messages"] = messages,
            ["stream"] = request["stream"]?.DeepClone(),
            ["stream_options"] = new JsonObject { ["include_usage"] = true },
            ["tools"] = new JsonArray([.. (request["tools"] as JsonArray ?? []).OfType<JsonObject>().Select(static tool => new JsonObject { ["type"] = "function", ["function"] = tool.DeepClone() })]),
            ["tool_choice"] = request["tool_choice"] is JsonObject choice ? new JsonObject { ["type"] = "function", ["function"] = choice.DeepClone() } : request["tool_choice"]?.DeepClone(),
            ["response_format"] = request["text"]?["format"] is JsonObject format ? new JsonObject { ["type"] = format["type"]?.DeepClone(), ["json_schema"] = format.DeepClone() } : null,
            ["max_completion_tokens"] = request["max_output_tokens"]?.DeepClone(),
        };
        if (request["model"] is { } model)
        {
            chat["model"] = model.DeepClone();
        }

        return JsonSerializer.SerializeToElement(chat, JsonSerializerOptions.Web);
    }

    private static JsonObject Message(JsonObject item) => item["type"]?.GetValue<string>() switch
    {
        "function_call_output" => new JsonObject { ["role"] = "tool", ["content"] = item["output"]?.DeepClone() },
        "function_call" => new JsonObject { ["role"] = "assistant", ["content"] = item["arguments"]?.DeepClone() },
        _ => new JsonObject { ["role"] = item["role"]?.DeepClone(), ["content"] = item["content"]?.DeepClone() },
    };
}
