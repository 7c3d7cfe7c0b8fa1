using System.Globalization;
using System.Text;

namespace Farthing.Rendering.Manifests;

/// <summary>Turns rows of text into requests, and remembers the ids it gave out.</summary>
internal sealed class RowParser(ManifestOptions options, string folder)
{
    private readonly HashSet<string> _ids = new(StringComparer.OrdinalIgnoreCase);

    // Campaigns show one product many times; the file system is asked once.
    private readonly Dictionary<string, string?> _products = new(StringComparer.Ordinal);

    /// <param name="raw">The row.</param>
    /// <param name="number">Its number among the rows, counted from 1.</param>
    public ManifestRow Parse(RawRow raw, int number)
    {
        string madeId = string.Create(CultureInfo.InvariantCulture, $"row-{number:D6}");
        string id = raw.Cells.TryGetValue(ManifestColumns.Id, out string? own) ? own.Trim() : madeId;
        var cells = new RowCells(raw.Cells, options);
        string? idProblem = IdProblem(id);
        if (idProblem is not null)
        {
            id = madeId;
        }

        bool duplicate = !_ids.Add(id);
        if (raw.Problem is { } problem)
        {
            return new ManifestRow(new RowError(raw.Line, id, problem.Column, problem.Message));
        }

        if (idProblem is not null || duplicate)
        {
            string message = idProblem ?? $"The id '{id}' was used by an earlier row (upper and lower case are the same). Give each row its own.";
            return new ManifestRow(new RowError(raw.Line, id, ManifestColumns.Id, message));
        }

        var request = new RenderRequest
        {
            Id = id,
            Line = raw.Line,
            Prompt = cells.Prompt(),
            NegativePrompt = cells.Text(ManifestColumns.NegativePrompt, options.MaxPromptLength),
            ProductPath = Product(cells),
            Seed = cells.Whole(ManifestColumns.Seed, 0, long.MaxValue),
            Width = cells.Side(ManifestColumns.Width),
            Height = cells.Side(ManifestColumns.Height),
            Steps = (int?)cells.Whole(ManifestColumns.Steps, 1, options.MaxSteps),
            Guidance = cells.Fraction(ManifestColumns.Guidance, 0, options.MaxGuidance),
            Tags = cells.Tags(),
        };
        return cells.Problem is { } wrong
            ? new ManifestRow(new RowError(raw.Line, id, wrong.Column, wrong.Message))
            : new ManifestRow(request);
    }

    private string? IdProblem(string id)
    {
        if (id.Length == 0 || Encoding.UTF8.GetByteCount(id) > options.MaxIdBytes)
        {
            return $"The id is longer than {options.MaxIdBytes} bytes. Shorten it: it names files.";
        }

        bool legal = id.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_' or '.');
        return legal && id[0] != '.' && id[^1] != '.'
            ? null
            : $"The id '{ManifestColumns.Shown(id)}' can't name a file. Use letters, digits, '-', '_' and '.', with no '.' at either end.";
    }

    private string? Product(RowCells cells)
    {
        if (cells.Text(ManifestColumns.Product, options.MaxPathLength)?.Trim() is not { Length: > 0 } path || cells.Problem is not null)
        {
            return null;
        }

        if (!_products.TryGetValue(path, out string? full))
        {
            string candidate = Path.GetFullPath(path, folder);
            full = File.Exists(candidate) ? candidate : null;
            _products[path] = full;
        }

        if (full is null)
        {
            cells.Fail(ManifestColumns.Product, $"There is no file '{ManifestColumns.Shown(path)}' (paths start at the manifest's folder). Correct the path, or put the file there.");
        }

        return full;
    }
}
