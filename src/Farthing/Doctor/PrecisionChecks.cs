using System.Globalization;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Precision;

namespace Farthing.Doctor;

/// <summary>The precisions that a model is there in, and whether renders may have them.</summary>
internal static class PrecisionChecks
{
    /// <summary>Looks at the model and beside it; a model that can't be run is told elsewhere.</summary>
    public static IEnumerable<Check> Run(string model, DataFolder data)
    {
        try
        {
            PrecisionSettings settings = new() { TrustedKeys = data.PublicKey() is { } key ? [key] : [] };
            return [.. PrecisionStatus.Of(model, settings).Select(Of)];
        }
        catch (SigningKeyException e)
        {
            return [Check.Problem("precision", e.Message, "Mend the key, or name another data folder with --data.")];
        }
        catch (Exception e) when (e is ModelDirectoryException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static Check Of(PrecisionStatus status)
    {
        string area = "precision/" + status.Precision.ToName();
        if (status.Refusal is { } refusal)
        {
            return Check.Warning(area, refusal, "Until then its renders are refused; those of other precisions are not.");
        }

        string since = status.AcceptedAt is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"accepted {at.UtcDateTime:yyyy-MM-dd}")
            : "full precision, which needs no acceptance";
        return Check.Ok(area, $"{status.Path}: {since}");
    }
}
