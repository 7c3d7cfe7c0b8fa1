using System.Text.Json;

namespace Farthing.Gateway.Wire;

/// <summary>
/// The tokens of sound and of generated pictures that a usage's details tell apart, which have prices of their own. OpenAI has a field for each in
/// its details; Google lists them by modality.
/// </summary>
internal struct SpecialTokens
{
    private Part _part;
    private int _cachedDepth;
    private bool _isAudio;
    private bool _isImage;
    private long? _audio;
    private long? _cachedAudio;
    private long? _madeAudio;
    private long? _madeImage;

    private enum Part
    {
        None,
        Prompt,
        Cached,
        Answer,
    }

    /// <summary>Reads a detail of a usage object; false where it is none of these. The reader stands on its name.</summary>
    public bool TryRead(ref Utf8JsonReader json)
    {
        if (_part == Part.Cached && json.CurrentDepth <= _cachedDepth)
        {
            _part = Part.Prompt;
        }

        if (json.ValueTextEquals("prompt_tokens_details"u8) || json.ValueTextEquals("input_tokens_details"u8) || json.ValueTextEquals("promptTokensDetails"u8))
        {
            _part = Part.Prompt;
        }
        else if (json.ValueTextEquals("completion_tokens_details"u8) || json.ValueTextEquals("output_tokens_details"u8) || json.ValueTextEquals("candidatesTokensDetails"u8))
        {
            _part = Part.Answer;
        }
        else if (json.ValueTextEquals("cached_tokens_details"u8) || json.ValueTextEquals("cacheTokensDetails"u8))
        {
            (_part, _cachedDepth) = (Part.Cached, json.CurrentDepth);
        }
        else if (json.ValueTextEquals("audio_tokens"u8))
        {
            Take(ref json, isAudio: true);
        }
        else if (json.ValueTextEquals("image_tokens"u8))
        {
            Take(ref json, isAudio: false);
        }
        else if (json.ValueTextEquals("modality"u8))
        {
            json.Read();
            (_isAudio, _isImage) = (Is(json, "AUDIO"u8), Is(json, "IMAGE"u8));
        }
        else if ((_isAudio || _isImage) && (json.ValueTextEquals("tokenCount"u8) || json.ValueTextEquals("token_count"u8)))
        {
            Take(ref json, _isAudio);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>
    /// Takes these tokens out of the classes that have them. Where it is not told what of the sound came from the provider's cache, that is so much as
    /// the rest of the prompt has no room for.
    /// </summary>
    public readonly TokenCounts Apart(in TokenCounts all)
    {
        if (_audio is null && _cachedAudio is null && _madeAudio is null && _madeImage is null)
        {
            return all;
        }

        var heard = Math.Max(_audio ?? 0, _cachedAudio ?? 0);
        var fresh = Math.Min(heard - Math.Min(_cachedAudio ?? 0, all.CachedInput), all.Input);
        var cached = Math.Min(heard - fresh, all.CachedInput);
        var sound = Math.Min(_madeAudio ?? 0, all.Output);
        var pictures = Math.Min(_madeImage ?? 0, all.Output - sound);
        return all with
        {
            Input = all.Input - fresh,
            InputAudio = fresh,
            CachedInput = all.CachedInput - cached,
            CachedInputAudio = cached,
            Output = all.Output - sound - pictures,
            OutputAudio = sound,
            OutputImage = pictures,
        };
    }

    private static bool Is(in Utf8JsonReader json, ReadOnlySpan<byte> word) => json.TokenType == JsonTokenType.String && json.ValueTextEquals(word);

    private void Take(ref Utf8JsonReader json, bool isAudio)
    {
        switch (_part)
        {
            case Part.Prompt when isAudio:
                UsageReport.Take(ref json, ref _audio);
                break;
            case Part.Cached when isAudio:
                UsageReport.Take(ref json, ref _cachedAudio);
                break;
            case Part.Answer when isAudio:
                UsageReport.Take(ref json, ref _madeAudio);
                break;
            case Part.Answer:
                UsageReport.Take(ref json, ref _madeImage);
                break;
            default:
                // Pictures of a prompt are billed as its text.
                json.Read();
                break;
        }
    }
}
