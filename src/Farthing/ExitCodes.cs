namespace Farthing;

/// <summary>What the process's exit status says. A status keeps its meaning for ever.</summary>
internal static class ExitCodes
{
    /// <summary>Everything that was asked for was done: all pictures are delivered, all checks pass.</summary>
    public const int Done = 0;

    /// <summary>Some rows gave no picture, or <c>doctor</c> found a problem. The rest was done.</summary>
    public const int Partial = 1;

    /// <summary>The command line or the configuration file is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>The manifest, a usage file or an invoice can't be used at all.</summary>
    public const int Manifest = 3;

    /// <summary>The model directory can't be run, or a model of the wanted precision is not there or not accepted.</summary>
    public const int Model = 4;

    /// <summary>The ledger, the price book or the data folder can't be used.</summary>
    public const int Ledger = 5;

    /// <summary>The pictures can't be written.</summary>
    public const int Output = 6;

    /// <summary>Another process renders the same run.</summary>
    public const int RunInUse = 7;

    /// <summary>An evaluation was done, and the candidate is not accepted.</summary>
    public const int NotAccepted = 8;

    /// <summary>A check of the ledger found rows that are not as they were posted, or sums that are not what they must be.</summary>
    public const int LedgerBroken = 9;

    /// <summary>An alarm fires.</summary>
    public const int Alarm = 10;

    /// <summary>An error that Farthing did not expect; <c>--verbose</c> shows where.</summary>
    public const int Internal = 70;

    /// <summary>Stopped by Ctrl-C or SIGTERM. The same command again goes on.</summary>
    public const int Cancelled = 130;

    /// <summary>The statuses in a few lines, for the help.</summary>
    public const string Summary =
        "Exit status: 0 all done; 1 some rows failed or a check found a problem; 2 wrong options or configuration; 3 manifest, 4 model, "
        + "5 ledger or data folder, 6 output can't be used; 7 run in use; 8 not accepted; 9 ledger broken; 10 an alarm fires; 70 internal error; 130 cancelled.";
}
