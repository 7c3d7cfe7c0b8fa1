using System.CommandLine;

namespace Farthing.Commands;

/// <summary>What several commands take.</summary>
internal static class SharedOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        HelpName = "DIR",
        Description = "Data folder, which holds the ledger. Default: FARTHING_DATA, else the user's data folder.",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, and nothing else, on standard output." };
}
