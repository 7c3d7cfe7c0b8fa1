using System.CommandLine;

namespace Farthing.Commands;

/// <summary>What every command that uses text embeddings takes.</summary>
internal static class EmbeddingCommandOptions
{
    public static readonly Option<string?> Place = new("--embeddings")
    {
        HelpName = "off|memory|DIR|redis|URL",
        Description = "Where text embeddings are kept: a folder, redis:// or rediss:// (redis takes the address from FARTHING_REDIS). Default: the data folder.",
    };

    public static readonly Option<string?> Storage = new("--embedding-storage")
    {
        HelpName = "fp16|fp32",
        Description = "Precision of kept text embeddings. Default: fp16.",
    };
}
