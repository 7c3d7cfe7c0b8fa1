using Farthing.Terminal;
using Spectre.Console;

namespace Farthing.Doctor;

/// <summary>The checks for people.</summary>
internal static class DoctorView
{
    /// <summary>Prints a row a check, with what to do under those that need it.</summary>
    public static void Print(Screen screen, DoctorReport report)
    {
        var table = new Grid();
        table.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
        table.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
        table.AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        foreach (Check check in report.Checks)
        {
            string words = check.Mend.Length == 0 ? check.Found : $"{check.Found}\n→ {check.Mend}";
            table.AddRow(new Text(Name(check.Level), Style(check.Level)), new Text(check.Area), new Text(words));
        }

        screen.Result.Write(table);
        int problems = report.Checks.Count(static check => check.Level == CheckLevel.Problem);
        int warnings = report.Checks.Count(static check => check.Level == CheckLevel.Warning);
        screen.Write("");
        screen.Write($"{report.Checks.Count} checks: {problems} problems, {warnings} warnings.");
    }

    private static string Name(CheckLevel level) => level.ToString().ToLowerInvariant();

    private static Style Style(CheckLevel level) => new(level switch
    {
        CheckLevel.Ok => Color.Green,
        CheckLevel.Warning => Color.Yellow,
        _ => Color.Red,
    });
}
