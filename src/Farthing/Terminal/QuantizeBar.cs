using System.Collections.Concurrent;
using Farthing.Diffusion.Quantization;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>A quantizer's progress in a terminal: a bar a stage.</summary>
internal sealed class QuantizeBar(IAnsiConsole console) : IProgress<QuantizeProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<QuantizeProgress> _news = new();

    /// <inheritdoc/>
    public void Report(QuantizeProgress value) => _news.Enqueue(value);

    /// <summary>Draws until the work ends, however it ends; its result is the caller's to read.</summary>
    public Task ShowAsync(Task run, TimeProvider time) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async display =>
            {
                var bars = new Dictionary<QuantizeStage, ProgressTask>();
                using var ticks = new PeriodicTimer(Pause, time);
                Task tick;
                do
                {
                    Draw(display, bars);
                    tick = ticks.WaitForNextTickAsync().AsTask();
                }
                while (await Task.WhenAny(run, tick) == tick);
                Draw(display, bars);
            });

    private void Draw(ProgressContext display, Dictionary<QuantizeStage, ProgressTask> bars)
    {
        while (_news.TryDequeue(out QuantizeProgress news))
        {
            if (news.Note is { } note)
            {
                console.MarkupLineInterpolated($"[yellow]{note}[/]");
            }

            if (!bars.TryGetValue(news.Stage, out ProgressTask? bar))
            {
                bars[news.Stage] = bar = display.AddTask(QuantizeWords.Of(news.Stage), maxValue: Math.Max(1, news.Total));
            }

            bar.Value = Math.Max(bar.Value, news.Done);
        }
    }
}
