using System.Text.Json;

namespace Farthing.Gateway.Caching;

/// <summary>A step on the way to one value: a field's name, or an item's place in a list.</summary>
internal readonly record struct PathStep(string? Name, int Index = -1);

/// <summary>
/// Writes JSON so that what means the same is the same bytes: fields sorted, no blanks, texts escaped one way. Numbers stay as they
/// were written, and fields that stand twice keep their order, so that nothing is taken for equal that may not be.
/// </summary>
/// <param name="json">Where it is written.</param>
/// <param name="spot">The way to a text whose place in the bytes is wanted; empty for none.</param>
internal sealed class CanonicalJson(Utf8JsonWriter json, IReadOnlyList<PathStep> spot)
{
    private const int Off = -1;

    /// <summary>Where the text stands in the bytes.</summary>
    public (int Start, int End) Place { get; private set; }

    /// <summary>How often the way led to a text: more than once where a field stands twice.</summary>
    public int Matches { get; private set; }

    private int Position => (int)(json.BytesCommitted + json.BytesPending);

    /// <summary>Writes an object.</summary>
    /// <param name="root">The object.</param>
    /// <param name="isLeftOut">Its fields that do not count.</param>
    public void WriteRoot(JsonElement root, Predicate<JsonProperty> isLeftOut) =>
        WriteObject(root.EnumerateObject().Where(field => !isLeftOut(field)), spot.Count > 0 ? 0 : Off);

    private void Write(JsonElement element, int step)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(element.EnumerateObject(), step);
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, Next(step, new PathStep(null, index++)));
                }

                json.WriteEndArray();
                break;
            default:
                var start = Position;
                element.WriteTo(json);
                if (step >= 0 && step == spot.Count)
                {
                    (Place, Matches) = ((start, Position), Matches + 1);
                }

                break;
        }
    }

    private void WriteObject(IEnumerable<JsonProperty> fields, int step)
    {
        json.WriteStartObject();
        foreach (var field in fields.OrderBy(static field => field.Name, StringComparer.Ordinal))
        {
            json.WritePropertyName(field.Name);
            Write(field.Value, Next(step, new PathStep(field.Name)));
        }

        json.WriteEndObject();
    }

    private int Next(int step, PathStep taken) => step >= 0 && step < spot.Count && spot[step] == taken ? step + 1 : Off;
}
