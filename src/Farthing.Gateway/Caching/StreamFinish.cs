using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Caching;

/// <summary>Follows the events of a stream that ended, for how it ended.</summary>
/// <param name="shape">The shape that it is in.</param>
internal sealed class StreamFinish(WireShape shape)
{
    private readonly Dictionary<int, bool> _choices = [];
    private bool _isWhole;
    private bool _isOdd;

    /// <summary>Whether it ended as it should.</summary>
    public bool IsNormal => !_isOdd && (shape == WireShape.Chat ? _choices.Count > 0 && _choices.Values.All(static good => good) : _isWhole);

    /// <summary>Takes the data of one event.</summary>
    public void Take(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty || data.Span.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        using var document = JsonDocument.Parse(data);
        var root = document.RootElement;
        if (root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null && shape != WireShape.Responses)
        {
            _isOdd = true;
        }
        else if (shape == WireShape.Chat)
        {
            TakeChat(root);
        }
        else
        {
            TakeTyped(root);
        }
    }

    private void TakeChat(JsonElement root)
    {
        foreach (var choice in FinishReading.List(root, "choices"))
        {
            var index = choice.TryGetProperty("index", out var number) && number.TryGetInt32(out var at) ? at : 0;
            _choices[index] = _choices.GetValueOrDefault(index) || FinishReading.IsChatReason(choice);
            _isOdd |= FinishReading.IsRefusal(choice, "delta");
        }
    }

    private void TakeTyped(JsonElement root)
    {
        switch (FinishReading.Text(root, "type"))
        {
            case "message_delta" when root.TryGetProperty("delta", out var delta) && delta.TryGetProperty("stop_reason", out var reason) && reason.ValueKind != JsonValueKind.Null:
                _isOdd |= !FinishReading.IsMessagesReason(delta);
                break;
            case "message_stop":
                _isWhole = true;
                break;
            case "response.completed":
                _isWhole = root.TryGetProperty("response", out var response) && FinishReading.IsCompleted(response);
                break;
            case "error" or "response.failed" or "response.incomplete" or "response.refusal.delta":
                _isOdd = true;
                break;
            default:
                break;
        }
    }
}
