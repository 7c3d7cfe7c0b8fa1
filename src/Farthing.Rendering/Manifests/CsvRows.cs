using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Farthing.Rendering.Manifests;

/// <summary>Takes a CSV text apart (RFC 4180, comma, first record is the header). Blank lines are skipped.</summary>
internal static class CsvRows
{
    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        BadDataFound = null,
        MissingFieldFound = null,
        HeaderValidated = null,
        DetectColumnCountChanges = false,
        IgnoreBlankLines = true,
        Delimiter = ",",
    };

    public static IEnumerable<RawRow> Read(TextReader text, List<string> warnings)
    {
        using var parser = new CsvParser(text, Configuration, leaveOpen: true);
        if (!parser.Read())
        {
            throw new ManifestException("The manifest is empty. Its first line must name the columns: " + ManifestColumns.List + ".");
        }

        string[] columns = Header(parser.Record ?? [], warnings);
        int line = parser.RawRow + 1;
        while (parser.Read())
        {
            string[] record = parser.Record ?? [];
            int start = line;
            line = parser.RawRow + 1;
            if (record.All(string.IsNullOrWhiteSpace))
            {
                continue;
            }

            // Skipped blank lines count for the next record: the parser only tells where a record ends.
            bool open = (parser.RawRecord.AsSpan().Count('"') & 1) != 0;
            start = Math.Max(start, parser.RawRow - LineBreaksInside(parser.RawRecord, open));
            yield return Row(start, columns, record, open);
        }
    }

    private static RawRow Row(int line, string[] columns, string[] record, bool open)
    {
        var cells = new Dictionary<string, string>(columns.Length, StringComparer.Ordinal);
        for (int i = 0; i < Math.Min(columns.Length, record.Length); i++)
        {
            if (!string.IsNullOrWhiteSpace(record[i]))
            {
                cells[columns[i]] = record[i];
            }
        }

        if (open)
        {
            return new RawRow(line, cells, new RowProblem("", $"A quote (\") that is opened on line {line} is not closed as it should be. Close it, and write a quote inside a text twice (\"\")."));
        }

        return record.Length > columns.Length
            ? new RawRow(line, cells, new RowProblem("", $"The row has {record.Length} fields but the header has {columns.Length}. Put a text that holds a comma between quotes (\")."))
            : new RawRow(line, cells);
    }

    private static string[] Header(string[] header, List<string> warnings)
    {
        string[] columns = Array.ConvertAll(header, ManifestColumns.Normalize);
        if (!columns.Contains(ManifestColumns.Prompt))
        {
            string hint = header.Any(name => name.Contains(';') || name.Contains('\t'))
                ? " It seems to be separated by semicolons or tabs: save it with commas."
                : " The first line must name the columns: " + ManifestColumns.List + ".";
            throw new ManifestException("The manifest has no column 'prompt'." + hint);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < columns.Length; i++)
        {
            if (!ManifestColumns.IsKnown(columns[i]))
            {
                warnings.Add(ManifestColumns.UnknownWarning(header[i]));
            }
            else if (!seen.Add(columns[i]))
            {
                throw new ManifestException($"The column '{columns[i]}' stands twice in the manifest's first line. Remove one.");
            }
        }

        return columns;
    }

    /// <param name="raw">The record with what ends it.</param>
    /// <param name="open">Whether a quote is not closed: then the last line break is inside as well.</param>
    private static int LineBreaksInside(ReadOnlySpan<char> raw, bool open) =>
        (open ? raw : raw.TrimEnd("\r\n")).Count('\n');
}
