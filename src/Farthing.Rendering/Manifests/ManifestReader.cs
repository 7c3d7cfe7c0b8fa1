using System.Text;

namespace Farthing.Rendering.Manifests;

/// <summary>
/// Reads campaign manifests. Columns, in any order: id, prompt, product, seed, width, height, steps, guidance,
/// negative_prompt, tags; all but prompt may be left out. CSV (RFC 4180, a header, commas) or JSONL, in UTF-8.
/// Tags are separated by ';', '|', ',' or blanks; in JSONL they may be a list. Product paths start at the manifest's folder.
/// </summary>
/// <remarks>
/// A bad row becomes a <see cref="RowError"/> and the rest goes on. What is wrong with the file as a whole is a
/// <see cref="ManifestException"/>. Only the existence of a product file is checked here; whether it is a picture shows
/// when it is loaded.
/// </remarks>
public static class ManifestReader
{
    /// <summary>Reads a file. <c>.csv</c>, <c>.jsonl</c> and <c>.ndjson</c> say the format; else the first character does.</summary>
    /// <exception cref="ManifestException">The file can't be read as a manifest.</exception>
    public static Manifest ReadFile(string path, ManifestOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= ManifestOptions.Default;
        byte[] bytes;
        string folder;
        try
        {
            var file = new FileInfo(path);
            if (Directory.Exists(path))
            {
                throw new ManifestException($"'{path}' is a folder. Name the manifest file in it.");
            }

            if (!file.Exists)
            {
                throw new ManifestException($"There is no manifest '{path}'. Correct the path.");
            }

            RefuseLarge(file.Length, options);
            bytes = File.ReadAllBytes(path);
            folder = file.DirectoryName ?? "/";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ManifestException($"The manifest '{path}' can't be read: {e.Message}", e);
        }

        return Read(bytes, folder, FormatOf(path), options);
    }

    /// <summary>Reads a manifest that is in memory.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="folder">Full path of the folder that product paths start at.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">Limits; the defaults when null.</param>
    /// <exception cref="ManifestException">The bytes can't be read as a manifest.</exception>
    public static Manifest Read(byte[] bytes, string folder, ManifestFormat format = ManifestFormat.Detect, ManifestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= ManifestOptions.Default;
        RefuseLarge(bytes.Length, options);
        RefuseBinary(bytes);

        using var text = new StreamReader(new MemoryStream(bytes, writable: false), new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        if (text.Peek() == '\uFEFF')
        {
            text.Read();
        }

        var warnings = new List<string>();
        IEnumerable<RawRow> raws = IsJsonl(bytes, format) ? JsonlRows.Read(text, warnings) : CsvRows.Read(text, warnings);
        var parser = new RowParser(options, Path.GetFullPath(folder));
        var rows = new List<ManifestRow>();
        foreach (RawRow raw in raws)
        {
            if (rows.Count == options.MaxRows)
            {
                throw new ManifestException($"The manifest has more than {options.MaxRows} rows. Split it.");
            }

            rows.Add(parser.Parse(raw, rows.Count + 1));
        }

        return rows.Count > 0
            ? new Manifest { Rows = rows, Warnings = warnings }
            : throw new ManifestException("The manifest has no rows. Add one for each picture.");
    }

    private static void RefuseLarge(long length, ManifestOptions options)
    {
        if (length > options.MaxFileBytes)
        {
            throw new ManifestException($"The manifest has {length} bytes; at most {options.MaxFileBytes} are allowed. Split it.");
        }
    }

    private static void RefuseBinary(ReadOnlySpan<byte> bytes)
    {
        if (WithoutMark(bytes).Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new ManifestException("The manifest is empty. Its first line must name the columns: " + ManifestColumns.List + ".");
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw new ManifestException("The manifest is saved as UTF-16. Save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\").");
        }

        if (bytes.StartsWith("PK\u0003\u0004"u8))
        {
            throw new ManifestException("The manifest is a spreadsheet or a zip archive. Save it as \"CSV UTF-8\".");
        }

        if (bytes.Contains((byte)0))
        {
            throw new ManifestException("The manifest is no text: it holds zero bytes. Give a CSV or JSONL file in UTF-8.");
        }
    }

    private static bool IsJsonl(ReadOnlySpan<byte> bytes, ManifestFormat format) => format switch
    {
        ManifestFormat.Jsonl => true,
        ManifestFormat.Csv => false,
        _ => WithoutMark(bytes).TrimStart(" \t\r\n"u8).StartsWith("{"u8),
    };

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    private static ManifestFormat FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => ManifestFormat.Csv,
        ".jsonl" or ".ndjson" => ManifestFormat.Jsonl,
        _ => ManifestFormat.Detect,
    };
}
