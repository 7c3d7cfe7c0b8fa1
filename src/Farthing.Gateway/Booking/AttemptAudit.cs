using System.Globalization;
using System.Reflection;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Holds rows of <c>gateway_attempts</c>, which are in no chain, against the charges that were posted with them, which are: what a row says of
/// tokens, uses, tags and estimates is what its charges say, and no charge of the gateway is without its row.
/// </summary>
/// <remarks>
/// Both are read once, in any order, and summed up by <see cref="Buckets"/> groups of attempts; those groups alone that differ are read again, and
/// compared line by line. So it takes no more memory for ten million charges than for ten.
/// </remarks>
public sealed class AttemptAudit : ILedgerAnnex
{
    private const int Buckets = 1 << 16;
    private const int MostCompared = 64;

    /// <inheritdoc/>
    public Assembly Scripts => typeof(AttemptAudit).Assembly;

    /// <inheritdoc/>
    public string Scope =>
        "Outside the chain: gateway_attempts, of which tokens, uses, tags and estimates were held against the charges and nothing else; "
            + "gateway_hits, whose number was held against the memos; gateway_budget_spent, gateway_budget_slices and gateway_metric_samples, which were not checked.";

    /// <inheritdoc/>
    public void Check(LedgerTransaction transaction, Action<string, string> found)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(found);
        HitAudit.Run(transaction, found);
        var sums = new long[Buckets];
        foreach (var line in AttemptClassLine.OfAttempts(transaction))
        {
            sums[BucketOf(line)] += line.Hash;
        }

        foreach (var line in AttemptClassLine.OfCharges(transaction))
        {
            sums[BucketOf(line)] -= line.Hash;
        }

        HashSet<int> differing = [.. Enumerable.Range(0, Buckets).Where(i => sums[i] != 0).Take(MostCompared)];
        if (differing.Count > 0)
        {
            Compare(transaction, differing, found);
        }
    }

    private static void Compare(LedgerTransaction transaction, HashSet<int> buckets, Action<string, string> found)
    {
        var rows = new Dictionary<string, AttemptClassLine>(StringComparer.Ordinal);
        foreach (var line in AttemptClassLine.OfAttempts(transaction).Where(IsOf))
        {
            rows[line.Id] = line;
        }

        foreach (var charge in AttemptClassLine.OfCharges(transaction).Where(IsOf))
        {
            if (!rows.Remove(charge.Id, out var row))
            {
                found($"gateway_attempts '{charge.Attempt}'", $"is missing or was changed: the ledger has the charge '{charge.Id}' of it, and it says nothing of that.");
            }
            else if (row != charge)
            {
                found($"gateway_attempts '{charge.Attempt}'", string.Create(CultureInfo.InvariantCulture, $"was changed: it says {row.Said} where the charge '{charge.Id}' says {charge.Said}."));
            }
        }

        foreach (var row in rows.Values)
        {
            found($"gateway_attempts '{row.Attempt}'", $"was changed or never posted: it says {row.Said}, but there is no charge '{row.Id}'.");
        }

        bool IsOf(AttemptClassLine line) => buckets.Contains(BucketOf(line));
    }

    // All lines of an attempt are in one group.
    private static int BucketOf(AttemptClassLine line) => string.GetHashCode(line.Attempt) & (Buckets - 1);
}
