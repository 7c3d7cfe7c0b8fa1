using System.Text.Json;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;
using Farthing.Ledger.Usage;

namespace Farthing.Ledger.Import;

/// <summary>One transaction's lines, and what they come to.</summary>
internal sealed class ImportPass(LedgerTransaction transaction, Journal journal, LeaseBounds bounds)
{
    private readonly PostTally _before = journal.Poster.Tally;
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Run, string Lot), long> _used = [];
    private long _renders;
    private long _exists;
    private long _memos;

    /// <summary>What was done so far. The money is all that was posted: closing a lease posts its idle and lost time and its rounding.</summary>
    public ImportSummary Summary => new(
        _renders,
        journal.Poster.Tally.Posted - _before.Posted,
        journal.Poster.Tally.Unpriced - _before.Unpriced,
        _exists,
        _memos,
        new CurrencyAmount(journal.Poster.Tally.Amount - _before.Amount, Currency.Usd))
    {
        Unknown = [.. _used.Where(each => ImportedLot.Find(transaction, each.Key.Run, each.Key.Lot) is null)
            .Select(static each => new UnknownLot(each.Key.Run, each.Key.Lot, each.Value)).OrderBy(static each => each.Line)],
    };

    /// <summary>Imports a line.</summary>
    /// <exception cref="UsageFileException">It can't be imported.</exception>
    public void Import(string line, long number)
    {
        try
        {
            var row = new UsageCells(Parse(line), bounds.Latest);
            Import(row);
            if (row.UsedLot() is { } used)
            {
                _used.TryAdd(used, number);
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or LedgerException { Fault: not (LedgerFault.Locked or LedgerFault.Unavailable) } or OverflowException)
        {
            throw new UsageFileException(number, error is JsonException json ? UsageRowFault.Of(json) : error.Message, error);
        }
    }

    private void Import(UsageCells row)
    {
        switch (row.Type)
        {
            case "lease":
                journal.Leases.Open(transaction, row.Lease());
                break;
            case "close":
                var (lease, elapsed, idle, at) = row.Close();
                RefuseImpossible(lease, at, elapsed);
                journal.Leases.Close(transaction, lease, elapsed, idle, at);
                break;
            case "renders":
                AddRenders(row);
                break;
            case "saved":
                journal.Memos.Record(transaction, [row.Memo()]);
                _memos++;
                break;
            case "use":
                Post(row.Fact());
                break;
            default:
                throw new FormatException($"the type '{row.Type}' is unknown: write lease, renders, use, saved or close.");
        }
    }

    private void Post(UsageFact fact)
    {
        if (fact is { LeaseId: { } lease, DeviceTime: { } time })
        {
            RefuseImpossible(lease, fact.At, time);
        }

        var posted = journal.Post(transaction, AttemptTags.Inherit(transaction, [fact]));
        if (posted.Conflicts is not [var conflict, ..])
        {
            _exists += posted.Exists;
        }
        else if (conflict.Stored == fact)
        {
            // It was posted as it stands when its lot was not known yet.
            _exists++;
        }
        else
        {
            throw new FormatException(conflict.ToString());
        }
    }

    private void RefuseImpossible(string id, DateTimeOffset at, DeviceTime time)
    {
        if (!_leases.TryGetValue(id, out var lease))
        {
            _leases[id] = lease = LeaseRows.Get(transaction, id);
        }

        if ((bounds.TooEarly(lease, at) ?? bounds.TooLong(lease, time)) is { } fault)
        {
            throw new FormatException(fault);
        }
    }

    private void AddRenders(UsageCells row)
    {
        var offered = row.Lot(UsageImport.MaxLot);
        if (ImportedLot.Find(transaction, offered.RunId, offered.Name) is { } stored)
        {
            if (stored != offered)
            {
                throw new FormatException(
                    $"the lot '{offered.Name}' of the run '{offered.RunId}' is already posted with other content.\n{SaidTwice.Differences(stored.Said, offered.Said)}\n"
                        + "A lot is never changed: give what is new another one.");
            }

            return;
        }

        for (var i = 1; i <= offered.Count; i++)
        {
            var key = offered.Key(i);
            if (!journal.Attempts.Start(transaction, key, null, offered.Tags, offered.At))
            {
                throw new FormatException($"the render '{key.RenderId}' of the run '{key.RunId}' is there already, and not of this lot. Give the lot another name.");
            }

            _renders++;
            journal.Attempts.End(transaction, key, offered.Outcome!.Value, offered.Reason, offered.At);
        }
    }

    private static UsageRow Parse(string line) => line.Length <= UsageImport.MaxLineLength
        ? JsonSerializer.Deserialize(line, UsageRowContext.Default.UsageRow) ?? throw new FormatException("it is null.")
        : throw new FormatException($"it is longer than {UsageImport.MaxLineLength} characters.");
}
