using Farthing.Diffusion.Sessions;

namespace Farthing.Configuration;

/// <summary><c>models: {fp32: DIR, fp16: DIR, int8: DIR}</c>, paths from the configuration's folder.</summary>
internal static class ModelsSection
{
    /// <summary>The directories by precision.</summary>
    public static IReadOnlyDictionary<ModelPrecision, string> Read(YamlSection? section, string folder)
    {
        Dictionary<ModelPrecision, string> models = [];
        if (section is null)
        {
            return models;
        }

        foreach (var precision in Enum.GetValues<ModelPrecision>())
        {
            if (section.Text(precision.ToName()) is { } path)
            {
                models[precision] = Path.GetFullPath(path, folder);
            }
        }

        section.RefuseOthers();
        return models;
    }
}
