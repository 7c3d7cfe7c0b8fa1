using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>The fields of sampling, which chat completions and OpenAI's Responses share.</summary>
internal static class SamplingFields
{
    /// <summary>Writes <c>temperature</c> and <c>top_p</c>; drops them where the model refuses them.</summary>
    public static void Write(Utf8JsonWriter json, RequestNode request, TranslationOptions options, List<string> dropped)
    {
        foreach ((string field, double most) in (ReadOnlySpan<(string, double)>)[("temperature", 2), ("top_p", 1)])
        {
            if (request[field] is not { } said)
            {
                continue;
            }

            said.Number(0, most);
            if (options.TakesSampling)
            {
                json.Copy(field, said.Element);
            }
            else
            {
                dropped.Add(field);
            }
        }
    }
}
