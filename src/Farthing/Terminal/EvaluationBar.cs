using Farthing.Diffusion.Evaluation;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>An evaluation's progress in a terminal.</summary>
internal sealed class EvaluationBar(IAnsiConsole console)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private EvaluationProgress _last = new("starting", 0, 1);

    /// <summary>Hears how far it is, from any thread.</summary>
    public void Tell(EvaluationProgress progress)
    {
        lock (_gate)
        {
            _last = progress;
        }
    }

    /// <summary>Draws until the work ends, however it ends; its result is the caller's to read.</summary>
    public Task ShowAsync(Task run, TimeProvider time) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async display =>
            {
                ProgressTask bar = display.AddTask("starting");
                using var ticks = new PeriodicTimer(Pause, time);
                Task tick;
                do
                {
                    EvaluationProgress last = Read();
                    (bar.Description, bar.MaxValue, bar.Value) = (Markup.Escape(last.What), last.Total, last.Done);
                    tick = ticks.WaitForNextTickAsync().AsTask();
                }
                while (await Task.WhenAny(run, tick) == tick);
            });

    private EvaluationProgress Read()
    {
        lock (_gate)
        {
            return _last;
        }
    }
}
