using System.Globalization;
using Farthing.Ledger.Posting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Farthing.Terminal;

/// <summary>Progress in a terminal, drawn over again four times a second.</summary>
internal static class LiveProgress
{
    private const int BarWidth = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Draws a run until it ends, however it ends; its result is the caller's to read.</summary>
    public static Task ShowAsync(IAnsiConsole console, RunBoard board, Task run, TimeProvider time) =>
        console.Live(View(board.Read())).AutoClear(true).StartAsync(async live =>
        {
            using var ticks = new PeriodicTimer(Pause, time);
            do
            {
                foreach (string note in board.TakeNotes())
                {
                    console.MarkupLineInterpolated($"[yellow]{note}[/]");
                }

                live.UpdateTarget(View(board.Read()));
            }
            while (await NextAsync(ticks, run));

            foreach (string note in board.TakeNotes())
            {
                console.MarkupLineInterpolated($"[yellow]{note}[/]");
            }
        });

    /// <summary>The display at an instant.</summary>
    internal static IRenderable View(RunSnapshot run)
    {
        if (run.RunId.Length == 0)
        {
            return new Text("loading the model ...");
        }

        int filled = run.Total == 0 ? BarWidth : (int)((long)BarWidth * run.Done / run.Total);
        var bar = new Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"[green]{new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/] {run.Done}/{run.Total}{Failed(run)}"));
        return new Rows([bar, new Text(RunLines.Pace(run)), .. run.Batches.GroupBy(static batch => batch.Stage).OrderBy(static at => at.Key).Select(Batches)]);
    }

    private static Text Batches(IGrouping<Stage, BatchState> at)
    {
        int pictures = at.Sum(static batch => batch.Renders);
        string steps = string.Join(", ", at.Where(static batch => batch is { Stage: Stage.Denoise, Steps: > 0 }).Select(static batch => $"{batch.Step}/{batch.Steps}"));
        return new Text($"{at.Key.Display()}: {pictures} {(pictures == 1 ? "picture" : "pictures")}{(steps.Length > 0 ? ", step " + steps : "")}");
    }

    private static string Failed(RunSnapshot run) => run.Failed == 0 ? "" : $" · [red]{run.Failed} failed[/]";

    private static async Task<bool> NextAsync(PeriodicTimer ticks, Task run)
    {
        Task tick = ticks.WaitForNextTickAsync().AsTask();
        return await Task.WhenAny(run, tick) == tick;
    }
}
