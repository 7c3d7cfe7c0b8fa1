using System.Globalization;
using Farthing.Ledger.Chain;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary>What the check of a ledger found, for people.</summary>
internal static class LedgerCheckView
{
    /// <summary>Prints it.</summary>
    /// <returns>The exit status.</returns>
    public static int Print(Screen screen, LedgerCheck check, string name)
    {
        foreach (LedgerProblem problem in check.Problems)
        {
            screen.Write(problem.ToString());
        }

        if (check.ProblemCount > check.Problems.Count)
        {
            screen.Write(string.Create(CultureInfo.InvariantCulture, $"… and {check.ProblemCount - check.Problems.Count:N0} more."));
        }

        check.Beside.ToList().ForEach(screen.Write);
        string counted = string.Create(
            CultureInfo.InvariantCulture, $"{check.Rows:N0} rows in {check.Head.Link:N0} links, {check.Transfers:N0} transfers, {check.Leases:N0} leases");
        if (check.IsWhole)
        {
            screen.Write($"{name} is whole: {counted}.");
            screen.Write($"End of the chain: {check.Head}");
            return ExitCodes.Done;
        }

        string found = string.Create(CultureInfo.InvariantCulture, $"{name} is BROKEN: {check.ProblemCount:N0} problems in {counted}.");
        screen.Write(check.IsMendedByRollups
            ? found + " All entries are as they were posted, and only sums of them are not: `farthing ledger rebuild-rollups` makes these again. Where a sum says more charges than there are, "
                + "entries may have been cut off: hold an end of the chain that you kept against it first (`verify --anchor`)."
            : found + " The first is above; restore a backup from before it.");
        return ExitCodes.LedgerBroken;
    }
}
