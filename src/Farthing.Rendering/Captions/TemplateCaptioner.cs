namespace Farthing.Rendering.Captions;

/// <summary>
/// Writes captions without a network: sorts the words of a prompt with a taxonomy into product, surface, backdrop and light, adds
/// what a merchant leaves out, and says it in the words that the model was trained on. The same prompt gives the same caption.
/// </summary>
public sealed class TemplateCaptioner : ICaptioner
{
    /// <summary>The resource in its usage.</summary>
    public const string Resource = "template";

    private static readonly CaptionUsage OneCaption = new(Resource, [new CaptionMeter("captions", 1)]);
    private readonly Taxonomy _taxonomy = Taxonomy.Default;

    /// <inheritdoc/>
    public ValueTask<Caption> CaptionAsync(string prompt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Caption(prompt));
    }

    /// <summary>Writes the caption of a prompt.</summary>
    /// <param name="prompt">Any text.</param>
    public Caption Caption(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        PromptReading reading = PromptReading.Of(prompt, _taxonomy);
        ScenePlan scene = ScenePlan.Of(reading, _taxonomy.Defaults);
        return new Caption(Full(prompt, reading, scene), Scene(reading, scene), OneCaption);
    }

    private string Full(string prompt, PromptReading reading, ScenePlan scene)
    {
        string framing = reading.Framing ?? _taxonomy.Defaults.Framing;
        string camera = reading.Camera ?? _taxonomy.Defaults.Camera;
        if (reading.IsWhole && reading.Product is { } product)
        {
            string look = Join(' ', reading.Finish, reading.Colour, product.Name);
            string subject = product.Plural ? look : Article(look) + " " + look;
            return Join(", ", subject + (scene.Surface is { } on ? " on " + on : ""), scene.Backdrop, scene.Light, framing, camera);
        }

        // What was not understood stays as typed, and what the prompt leaves out follows.
        string text = prompt.Trim().TrimEnd('.', ',', ';', ' ');
        return Join(", ",
            text,
            reading.Backdrop is null ? scene.Backdrop : null,
            reading.Light is null ? scene.Light : null,
            reading.Framing is null ? framing : null,
            reading.Camera is null ? camera : null);
    }

    private static string Scene(PromptReading reading, ScenePlan scene)
    {
        string place = "an empty scene";
        if (scene.Surface is { } surface)
        {
            place += " on " + surface;
        }

        foreach ((string Preposition, string Words) other in reading.OtherScene)
        {
            // "an empty scene on cobblestones in Paris", but "an empty scene, stormy night".
            place += (other.Preposition.Length > 0 ? " " + other.Preposition + " " : ", ") + other.Words;
        }

        return Join(", ", place, scene.Backdrop, scene.Light);
    }

    private static string Article(string words) => "aeiou".Contains(words[0]) ? "an" : "a";

    private static string Join(char separator, params ReadOnlySpan<string?> parts) => Join(separator.ToString(), parts);

    private static string Join(string separator, params ReadOnlySpan<string?> parts)
    {
        var said = new List<string>(parts.Length);
        foreach (string? part in parts)
        {
            if (!string.IsNullOrEmpty(part))
            {
                said.Add(part);
            }
        }

        return string.Join(separator, said);
    }
}
