using Farthing.Diffusion.Sessions;
using Farthing.Gateway.Configuration;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Precision;

namespace Farthing.Configuration;

/// <summary>An immutable snapshot of a configuration file. What the file leaves out has its default.</summary>
internal sealed record FarthingConfiguration
{
    /// <summary>A longer file is no configuration.</summary>
    public const int MaxCharacters = 1024 * 1024;

    /// <summary>What holds without a file.</summary>
    public static FarthingConfiguration Default { get; } = new();

    /// <summary><c>precision.rules</c>: the first one that fits a render decides its precision.</summary>
    public IReadOnlyList<PrecisionRule> Rules { get; init; } = [];

    /// <summary><c>models</c>: where the model of a precision is, full paths.</summary>
    public IReadOnlyDictionary<ModelPrecision, string> Models { get; init; } = new Dictionary<ModelPrecision, string>();

    /// <summary><c>text_embeddings</c>: where text embeddings are kept.</summary>
    public EmbeddingOptions Embeddings { get; init; } = new();

    /// <summary><c>acceptance.trusted_keys</c>: public keys whose signature on an acceptance record counts.</summary>
    public IReadOnlyList<string> TrustedKeys { get; init; } = [];

    /// <summary><c>alarms</c>: what <c>farthing alarms check</c> watches; null where nothing is. A render leaves it alone.</summary>
    public AlarmOptions? Alarms { get; init; }

    /// <summary>What is odd but does no harm, with its line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It can't be used; all errors are reported at once.</exception>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static FarthingConfiguration Load(string path)
    {
        try
        {
            var file = new FileInfo(path);
            string yaml = file.Length <= MaxCharacters
                ? File.ReadAllText(path)
                : throw new ConfigurationException(file.Name, [new ConfigurationError(1, "the file is over 1 MB, which is too long for a configuration.")]);
            return Parse(yaml, file.Name, file.DirectoryName!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config '{path}' can't be read: {e.Message}");
        }
    }

    /// <summary>Reads YAML text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="folder">The folder that paths in it start from.</param>
    /// <param name="variable">Reads an environment variable; null where the secrets of its alarms are not needed.</param>
    /// <exception cref="ConfigurationException">It can't be used; all errors are reported at once.</exception>
    public static FarthingConfiguration Parse(string yaml, string name, string folder, Func<string, string?>? variable = null) =>
        new ConfigurationReader(name, folder, variable).Read(yaml);
}
