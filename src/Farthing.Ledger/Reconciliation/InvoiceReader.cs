using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reconciliation;

/// <summary>Reads an invoice (RFC 4180, UTF-8) as a stream, and adds its lines up by their places.</summary>
internal sealed class InvoiceReader(string name, InvoiceProvider? provider)
{
    // A longer cell is a quote that was never closed, or no invoice.
    private const int MaxCell = 20_000;
    private const int MaxErrors = 20;
    private readonly List<InvoiceError> _errors = [];

    /// <summary>Steps: 1. refuse what is no text, 2. the header, 3. each record, 4. one currency for all.</summary>
    /// <exception cref="InvoiceException">It can't be read; up to 20 errors are reported at once.</exception>
    public Invoice Read(Stream stream)
    {
        RefuseBinary(stream);
        using var text = StrictText.Open(stream);
        var line = 1L;
        try
        {
            using var csv = new CsvParser(text, Configuration(), leaveOpen: true);
            if (!csv.Read())
            {
                throw Fail(1, "it is empty. Its first line must name the columns.");
            }

            var columns = Columns(csv.Record ?? []);
            var invoice = new Invoice(FormatOf(columns));
            line = csv.RawRow + 1;
            while (csv.Read())
            {
                var isOpen = (csv.RawRecord.AsSpan().Count('"') & 1) != 0;
                var breaks = (isOpen ? csv.RawRecord : csv.RawRecord.AsSpan().TrimEnd("\r\n")).Count('\n');
                var start = Math.Max(line, csv.RawRow - breaks);
                line = csv.RawRow + 1;
                Add(invoice, start, columns, csv.Record ?? [], isOpen);
            }

            return _errors.Count == 0 ? invoice : throw new InvoiceException(name, _errors);
        }
        catch (DecoderFallbackException)
        {
            throw Fail(StrictText.FaultyLine(stream, line), "near here it is not UTF-8. Export it again, or save it as UTF-8.");
        }
        catch (CsvHelperException error) when (error is MaxFieldSizeException or BadDataException or CsvHelper.ParserException)
        {
            throw Fail(line, $"a cell here has over {MaxCell} characters: a quote that is opened is not closed, or this is no invoice.");
        }
    }

    private void Add(Invoice invoice, long line, Dictionary<string, int> columns, string[] cells, bool isOpen)
    {
        if (cells.All(string.IsNullOrWhiteSpace))
        {
            return;
        }

        try
        {
            if (isOpen)
            {
                throw new FormatException("a quote (\") is opened and not closed. Write a quote inside a text twice (\"\").");
            }

            if (cells.Length != columns.Count)
            {
                throw new FormatException($"it has {cells.Length} fields, but the header has {columns.Count}. Put a text that holds a comma between quotes (\").");
            }

            foreach (var each in invoice.Format.Read(new InvoiceRow(columns, cells)))
            {
                invoice.Add(each);
            }
        }
        catch (FormatException error)
        {
            _errors.Add(new InvoiceError(line, error.Message));
            if (_errors.Count == MaxErrors)
            {
                throw new InvoiceException(name, [.. _errors, new InvoiceError(line, "reading stops here, after so many errors.")]);
            }
        }
    }

    private Dictionary<string, int> Columns(string[] header)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Length; i++)
        {
            var column = header[i].Trim().ToLowerInvariant();
            if (!columns.TryAdd(column, i))
            {
                throw Fail(1, $"the column '{Shown(column)}' stands twice in the header, so nobody can say which one counts. Remove one.");
            }
        }

        return columns;
    }

    private InvoiceFormat FormatOf(Dictionary<string, int> columns)
    {
        var candidates = InvoiceFormat.All.Where(format => provider is null || format.Provider == provider).ToList();
        return candidates.FirstOrDefault(format => format.Fits(columns)) ?? throw Fail(
            1,
            $"its columns are those of no known export. {string.Join(" ", candidates.Select(format =>
                $"{char.ToUpperInvariant(format.Name[0])}{format.Name[1..]} needs {string.Join(", ", format.Columns)}."))} "
                + (columns.Keys.Any(static key => key.Contains(';') || key.Contains('\t')) ? "It seems to be separated by semicolons or tabs: save it with commas." : ""));
    }

    private void RefuseBinary(Stream stream)
    {
        var head = new byte[4096];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var bytes = head.AsSpan(0, length);
        var fault = bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            ? "it is saved as UTF-16. Save it as UTF-8."
            : bytes.StartsWith("PK\u0003\u0004"u8) ? "it is a spreadsheet or a zip archive. Export it as CSV, or unpack it."
            : bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "it is compressed with gzip. Unpack it."
            : null;
        if (fault is not null)
        {
            throw Fail(1, fault);
        }

        if (bytes.IndexOf((byte)0) is >= 0 and var zero)
        {
            throw Fail(1 + bytes[..zero].Count((byte)'\n'), "it holds zero bytes, so it is no text.");
        }

        stream.Position = 0;
    }

    private InvoiceException Fail(long line, string message) => new(name, [.. _errors, new InvoiceError(line, message)]);

    private static string Shown(string text) => new([.. text.Take(40).Select(static c => char.IsControl(c) ? '?' : c)]);

    private static CsvConfiguration Configuration() => new(CultureInfo.InvariantCulture)
    {
        BadDataFound = null,
        MissingFieldFound = null,
        Delimiter = ",",
        MaxFieldSize = MaxCell,
    };
}
