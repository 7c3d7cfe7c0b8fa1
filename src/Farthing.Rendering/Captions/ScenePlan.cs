namespace Farthing.Rendering.Captions;

/// <summary>The scene that is painted: what the prompt says, then what goes with that, then the defaults.</summary>
/// <param name="Surface">What the product stands on; null when the prompt says it in words of its own.</param>
/// <param name="Backdrop">What is behind it; null likewise.</param>
/// <param name="Light">The light.</param>
internal sealed record ScenePlan(string? Surface, string? Backdrop, string Light)
{
    public static ScenePlan Of(PromptReading reading, TaxonomyDefaults defaults)
    {
        // A place in the prompt's own words must not be mixed with a studio.
        bool own = reading.OtherScene.Count > 0;
        string? surface = reading.Surface?.Name ?? (own ? null : reading.Backdrop?.Surface ?? defaults.Surface);
        string? backdrop = reading.Backdrop?.Name ?? (own ? null : reading.Surface?.Backdrop ?? defaults.Backdrop);
        string light = reading.Light?.Name ?? reading.Backdrop?.Light ?? (reading.Backdrop is null ? reading.Surface?.Light : null) ?? defaults.Light;
        return new ScenePlan(surface, backdrop, light);
    }
}
