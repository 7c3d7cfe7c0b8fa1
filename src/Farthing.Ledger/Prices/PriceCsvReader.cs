using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices;

/// <summary>
/// Reads prices or exchange rates from CSV (RFC 4180, UTF-8, a header): the columns are the keys of the YAML book, in any order; a
/// table with <c>usd_per_unit</c> is one of rates.
/// </summary>
internal sealed class PriceCsvReader(string name, Func<Currency, DateOnly, FxRate?> rateOn)
{
    // A longer cell is a quote that was never closed.
    private const int MaxCell = 5_000;
    private const int MaxErrors = 20;
    private readonly List<PriceBookError> _errors = [];
    private readonly List<PriceDraft> _prices = [];
    private readonly List<(long Line, FxRate Rate)> _rates = [];

    /// <exception cref="PriceBookException">It can't be used; up to 20 errors are reported at once.</exception>
    public PriceBook Read(Stream stream)
    {
        using var text = StrictText.Open(stream);
        var line = 1L;
        try
        {
            using var csv = new CsvParser(text, Configuration(), leaveOpen: true);
            var columns = csv.Read() ? Columns(csv.Record ?? []) : throw Fail(1, "it is empty. Its first line must name the columns.");
            line = csv.RawRow + 1;
            while (csv.Read() && _errors.Count < MaxErrors)
            {
                var isOpen = (csv.RawRecord.AsSpan().Count('"') & 1) != 0;
                var breaks = (isOpen ? csv.RawRecord : csv.RawRecord.AsSpan().TrimEnd("\r\n")).Count('\n');
                var start = Math.Max(line, csv.RawRow - breaks);
                line = csv.RawRow + 1;
                Add(start, columns, csv.Record ?? [], isOpen);
            }
        }
        catch (DecoderFallbackException)
        {
            throw Fail(StrictText.FaultyLine(stream, line), "near here it is not UTF-8. Export it again, or save it as UTF-8.");
        }
        catch (CsvHelperException error) when (error is MaxFieldSizeException or BadDataException or CsvHelper.ParserException)
        {
            throw Fail(line, $"a cell here has over {MaxCell} characters: a quote that is opened is not closed, or this is no price list.");
        }

        return PriceBookChecks.Make(name, _prices, _rates, rateOn, _errors);
    }

    private void Add(long line, List<string> columns, string[] cells, bool isOpen)
    {
        if (cells.All(string.IsNullOrWhiteSpace))
        {
            return;
        }

        if (isOpen)
        {
            _errors.Add(new PriceBookError(line, "a quote (\") is opened and not closed. Write a quote inside a text twice (\"\")."));
        }
        else if (cells.Length != columns.Count)
        {
            _errors.Add(new PriceBookError(line, $"it has {cells.Length} fields, but the header has {columns.Count}. Put a text that holds a comma between quotes (\")."));
        }
        else if (cells.Any(static cell => cell.Contains('\0')))
        {
            _errors.Add(new PriceBookError(line, "it holds a zero byte, so it is no text."));
        }
        else
        {
            // An empty cell says nothing, as a key that is left out.
            var row = columns.Zip(cells).Where(static pair => pair.Second.Trim().Length > 0)
                .ToDictionary(static pair => pair.First, pair => new PriceCell(pair.Second.Trim(), line), StringComparer.Ordinal);
            Read(new PriceBookRow(line, row, _errors), line, columns.Contains("usd_per_unit"));
        }
    }

    private void Read(PriceBookRow row, long line, bool isRate)
    {
        if (!isRate && row.ReadPrice() is { } price)
        {
            _prices.Add(price);
        }
        else if (isRate && row.ReadRate() is { } rate)
        {
            _rates.Add((line, rate));
        }
    }

    private List<string> Columns(string[] header)
    {
        List<string> columns = [.. header.Select(static column => column.Trim().ToLowerInvariant())];
        var known = columns.Contains("usd_per_unit") ? PriceBookRow.RateKeys : PriceBookRow.PriceKeys;
        if (columns.GroupBy(static column => column).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw Fail(1, $"the column '{Shown(twice.Key)}' stands twice in the header. Remove one.");
        }

        return columns.Find(column => !known.Contains(column)) is not { } other ? columns : throw Fail(
            1,
            $"unknown column '{Shown(other)}'. A table of prices has {string.Join(", ", PriceBookRow.PriceKeys)}; one of rates {string.Join(", ", PriceBookRow.RateKeys)}."
                + (other.Contains(';') || other.Contains('\t') ? " It seems to be separated by semicolons or tabs: save it with commas." : ""));
    }

    private PriceBookException Fail(long line, string message) => new(name, [.. _errors, new PriceBookError(line, message)]);

    private static string Shown(string text) => new([.. text.Take(40).Select(static c => char.IsControl(c) ? '?' : c)]);

    private static CsvConfiguration Configuration() => new(CultureInfo.InvariantCulture)
    {
        BadDataFound = null,
        MissingFieldFound = null,
        Delimiter = ",",
        MaxFieldSize = MaxCell,
    };
}
