using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Farthing.Ledger.Export;

/// <summary>
/// FOCUS as Parquet: decimals of 38 digits with 18 places, instants in microseconds UTC, texts; a row group a page.
/// </summary>
internal sealed class FocusParquet : IFocusFile
{
    private const int Precision = 38;
    private const int Scale = 18;
    private readonly ParquetWriter _writer;
    private readonly DataField[] _fields;

    private FocusParquet(ParquetWriter writer, DataField[] fields) => (_writer, _fields) = (writer, fields);

    public static async Task<FocusParquet> CreateAsync(Stream stream, CancellationToken cancellation)
    {
        DataField[] fields = [.. FocusColumns.All.Select(Field)];
        return new FocusParquet(
            await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, cancellationToken: cancellation).ConfigureAwait(false), fields);
    }

    public async Task AddAsync(IReadOnlyList<FocusRow> rows, CancellationToken cancellation)
    {
        using var group = _writer.CreateRowGroup();
        for (var i = 0; i < _fields.Length; i++)
        {
            var (field, place) = (_fields[i], i);
            switch (FocusColumns.All[i].Type)
            {
                case FocusType.Text:
                    await group.WriteAsync(field, [.. rows.Select(row => row.Values[place]!)]).ConfigureAwait(false);
                    break;
                case FocusType.Decimal when field.IsNullable:
                    await group.WriteAsync<decimal>(field, rows.Select(row => Number(row.Values[place])).ToArray(), cancellationToken: cancellation).ConfigureAwait(false);
                    break;
                case FocusType.Decimal:
                    await group.WriteAsync<decimal>(field, rows.Select(row => Number(row.Values[place])!.Value).ToArray(), cancellationToken: cancellation).ConfigureAwait(false);
                    break;
                default:
                    await group.WriteAsync<DateTime>(field, rows.Select(row => Instant(row.Values[place]!)).ToArray(), cancellationToken: cancellation).ConfigureAwait(false);
                    break;
            }
        }

        group.CompleteValidate();
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static DataField Field(FocusColumn column) => column.Type switch
    {
        FocusType.Text => new DataField(column.Name, typeof(string), column.IsNullable),
        FocusType.Decimal => new DecimalDataField(column.Name, Precision, Scale, isNullable: column.IsNullable),
        _ => new DateTimeDataField(column.Name, DateTimeFormat.DateAndTimeMicros, isAdjustedToUTC: true, isNullable: column.IsNullable),
    };

    private static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static DateTime Instant(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
