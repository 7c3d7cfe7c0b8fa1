using System.Text;

namespace Farthing.Ledger.Export;

/// <summary>
/// FOCUS as CSV (RFC 4180, UTF-8). A null is an empty cell. A text that a spreadsheet would take for a formula gets an
/// apostrophe before it.
/// </summary>
internal sealed class FocusCsv : IFocusFile
{
    private readonly StreamWriter _text;

    public FocusCsv(Stream stream)
    {
        _text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\r\n" };
        _text.WriteLine(string.Join(',', FocusColumns.All.Select(static column => column.Name)));
    }

    public async Task AddAsync(IReadOnlyList<FocusRow> rows, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        foreach (var row in rows)
        {
            line.Clear();
            for (var i = 0; i < row.Values.Length; i++)
            {
                line.Append(i == 0 ? "" : ",").Append(Cell(row.Values[i], FocusColumns.All[i].Type));
            }

            await _text.WriteLineAsync(line, cancellation).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _text.DisposeAsync();

    private static string Cell(string? value, FocusType type) => value is null || type != FocusType.Text ? value ?? "" : SafeCell.Of(value);
}
