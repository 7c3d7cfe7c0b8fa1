using System.Globalization;
using Farthing.Alarms;
using Farthing.Ledger.Alarms;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>Alarms and messages in the terminal.</summary>
internal static class AlarmsView
{
    /// <summary>Prints them: a table, a sentence for each that fires or can't be judged, then the outbox.</summary>
    public static void Print(Screen screen, AlarmBoard board)
    {
        if (board.Lines.Count == 0)
        {
            screen.Write("No alarm fires.");
        }
        else
        {
            Table table = Columns("alarm", "subject", "state", "observed", "limit", "since");
            table.Columns.Skip(2).ToList().ForEach(static column => column.NoWrap());
            foreach (AlarmLine line in board.Lines)
            {
                AddRow(table, line.Alarm, Or(line.Subject), line.State, Figure(line.Observed, line.Unit), Figure(line.Limit, line.Unit), Instant(line.Since, "yyyy-MM-dd HH:mm'Z'"));
            }

            screen.Result.Write(table);
        }

        foreach (AlarmLine line in board.Lines.Where(static line => line.IsFiring || line.Problem is not null))
        {
            screen.Write($"{(line.IsFiring ? "ALARM" : "problem")} {line.Alarm}{(line.Subject.Length == 0 ? "" : $" ({line.Subject})")}: {line.Summary}");
        }

        Print(screen, board.Messages);
        if (board.Sent is { } sent)
        {
            screen.Write("");
            screen.Write(string.Create(CultureInfo.InvariantCulture, $"{board.Changes} changed, {sent.Delivered} delivered, {sent.Failures.Count} not delivered."));
            foreach (string failure in sent.Failures)
            {
                screen.Note("not delivered: " + failure);
            }
        }
    }

    private static void Print(Screen screen, IReadOnlyList<OutboxMessage> messages)
    {
        if (messages.Count == 0)
        {
            return;
        }

        screen.Write("");
        Table table = Columns("message", "alarm", "tells", "is", "tries", "next", "last result");
        foreach (OutboxMessage message in messages)
        {
            AddRow(
                table,
                message.Id,
                message.Subject.Length == 0 ? message.Alarm : $"{message.Alarm} ({message.Subject})",
                message.State.Code(),
                message.Status == OutboxStatus.Dead ? "DEAD" : message.Status.ToString().ToLowerInvariant(),
                message.Tries.ToString(CultureInfo.InvariantCulture),
                message.Status == OutboxStatus.Dead ? Cells.None : message.Next is null ? "now" : Instant(message.Next),
                Or(message.Detail));
        }

        screen.Result.Write(table);
    }

    private static Table Columns(params string[] names)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string name in names)
        {
            table.AddColumn(new TableColumn(new Text(name)).PadLeft(0).PadRight(2));
        }

        return table;
    }

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(static cell => new Text(cell)));

    private static string Or(string text) => text.Length == 0 ? Cells.None : text;

    /// <summary>Without the zeros at a decimal's end; the JSON has every place.</summary>
    private static string Figure(string figure, string unit) =>
        figure.Length == 0 ? Cells.None : $"{(figure.Contains('.', StringComparison.Ordinal) ? figure.TrimEnd('0').TrimEnd('.') : figure)} {unit}".TrimEnd();

    private static string Instant(DateTimeOffset? at, string form = "yyyy-MM-dd HH:mm:ss'Z'") => at?.ToString(form, CultureInfo.InvariantCulture) ?? Cells.None;
}
