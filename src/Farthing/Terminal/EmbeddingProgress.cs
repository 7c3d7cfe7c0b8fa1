using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>How far embedding is: a bar in a terminal, else a line at each quarter.</summary>
internal static class EmbeddingProgress
{
    /// <summary>Runs work that tells of each text done; it may tell from many threads.</summary>
    public static void Show(Screen screen, int total, Action<Action> work)
    {
        if (screen.IsLive)
        {
            screen.Notes.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(progress =>
                {
                    ProgressTask bar = progress.AddTask($"embedding {total} texts", maxValue: total);
                    work(() => bar.Increment(1));
                });
            return;
        }

        int done = 0;
        screen.Note($"embedding {total} texts");
        int quarter = Math.Max(1, total / 4);
        work(() =>
        {
            int now = Interlocked.Increment(ref done);
            if (total >= 1000 && now % quarter == 0 && now < total)
            {
                screen.Note($"embedded {now} of {total}");
            }
        });
    }
}
