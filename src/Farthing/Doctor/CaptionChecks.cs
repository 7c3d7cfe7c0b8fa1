using Farthing.Rendering.Captions;

namespace Farthing.Doctor;

/// <summary>The captioners.</summary>
internal static class CaptionChecks
{
    /// <summary>Writes one caption here, and looks whether a remote service could be asked. None is.</summary>
    public static IEnumerable<Check> Run()
    {
        yield return Check.Ok("captions", "template: \"red mug\" becomes \"" + new TemplateCaptioner().Caption("red mug").Full + "\"");
        yield return Key();
    }

    private static Check Key()
    {
        try
        {
            return Check.Ok(
                "caption key",
                CaptionKey.FromEnvironment() is null
                    ? $"{CaptionKey.Variable} is not set; only --caption URL needs it"
                    : $"{CaptionKey.Variable} is set");
        }
        catch (ArgumentException e)
        {
            return Check.Warning("caption key", e.Message.Split(" (Parameter", 2)[0], "Set it again, or unset it.");
        }
    }
}
