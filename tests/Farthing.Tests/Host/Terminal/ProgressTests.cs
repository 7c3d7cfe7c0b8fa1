using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Manifests;
using Farthing.Terminal;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace Farthing.Tests.Host.Terminal;

public sealed class ProgressTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Lines_tell_each_picture_each_failure_and_at_most_one_step_a_second()
    {
        var lines = new List<string>();
        var progress = new ProgressLines(lines.Add, _time);
        progress.Started("r1", 3, 0);
        progress.StageStarted("b1", Stage.Denoise, 2);
        for (int step = 1; step <= 25; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            progress.StepDone("b1", step, 25);
        }

        progress.StageStarted("b1", Stage.FinishAndStore, 2);
        progress.Delivered("a", "out/a.png", new Amount(123_456_000));
        progress.Delivered("b", "out/b.png", null);
        progress.Failed(new RowError(4, "c", "width", "100 is no multiple of 8. Write 96 or 104."));
        progress.Warned("a", "The prompt was cut.");
        progress.Warned("", "A column is unknown.");

        Assert.Equal("run r1: 3 to render", lines[0]);
        string[] steps = [.. lines.Where(static line => line.Contains(" step ", StringComparison.Ordinal))];
        Assert.Equal(2, steps.Length);
        Assert.StartsWith("[0/3] UNet denoising step 10/25 · – a minute · 0:02 left · $0.000000 so far", steps[0], StringComparison.Ordinal);
        Assert.Equal(
            [
                "[1/3] a out/a.png $0.000123456",
                "[2/3] b out/b.png unpriced",
                "failed: line 4, c, width: 100 is no multiple of 8. Write 96 or 104.",
                "warning: a: The prompt was cut.",
                "warning: A column is unknown.",
            ],
            lines[3..]);
    }

    [Fact]
    public void The_board_counts_rows_costs_pace_and_time_left()
    {
        var board = new RunBoard(_time);
        board.Started("r1", 10, 2);
        board.StageStarted("b1", Stage.FinishAndStore, 2);
        board.StageStarted("b2", Stage.Denoise, 4);
        board.StepDone("b2", 5, 10);

        // A product is encoded before it is denoised: that is no sign of a picture being nearly done.
        board.StageStarted("b3", Stage.Vae, 2);
        _time.Advance(TimeSpan.FromSeconds(30));
        board.Delivered("a", "a.png", new Amount(5));
        board.Delivered("b", "b.png", null);

        RunSnapshot run = board.Read();

        Assert.Equal(4, run.Done);
        Assert.Equal(4, run.PerMinute);
        Assert.Equal(5, run.Cost.Units);
        Assert.True(run.HasUnpriced);
        Assert.Equal([new BatchState(Stage.Denoise, 4, 5, 10), new BatchState(Stage.Vae, 2, 0, 0)], run.Batches);

        // Two made and half of four under way took 30 seconds; six less two are open.
        Assert.Equal(TimeSpan.FromSeconds(30), run.Left);
    }

    [Fact]
    public void A_decoded_batch_leaves_the_board_with_its_last_picture()
    {
        var board = new RunBoard(_time);
        board.Started("r1", 2, 0);
        board.StageStarted("b1", Stage.Denoise, 2);
        board.StepDone("b1", 25, 25);
        board.StageStarted("b1", Stage.Vae, 2);
        board.Delivered("a", "a.png", new Amount(5));
        Assert.Equal([new BatchState(Stage.Vae, 1, 25, 25)], board.Read().Batches);
        board.Delivered("b", "b.png", new Amount(5));
        Assert.Empty(board.Read().Batches);
    }

    [Fact]
    public void The_live_view_shows_counts_stages_and_pace()
    {
        var board = new RunBoard(_time);
        using var console = new TestConsole().Width(80);
        console.Write(LiveProgress.View(board.Read()));
        board.Started("r1", 4, 1);
        board.StageStarted("b1", Stage.Denoise, 2);
        board.StepDone("b1", 3, 25);
        board.Failed(new RowError(2, "x", "", "No."));
        console.Write(LiveProgress.View(board.Read()));

        Assert.StartsWith("loading the model ...", console.Output, StringComparison.Ordinal);
        Assert.Contains(" 2/4 · 1 failed", console.Output, StringComparison.Ordinal);
        Assert.Contains("UNet denoising: 2 pictures, step 3/25", console.Output, StringComparison.Ordinal);
        Assert.Contains("– a minute", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_live_display_ends_with_the_run_and_tells_what_failed()
    {
        var board = new RunBoard(_time);
        var run = new TaskCompletionSource();
        using var console = new TestConsole().Width(80).Interactive();
        Task shown = LiveProgress.ShowAsync(console, board, run.Task, _time);
        board.Started("r1", 1, 0);
        board.Failed(new RowError(2, "x", "prompt", "A [red] word."));
        run.SetException(new InvalidOperationException("broken"));

        await shown.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Contains("failed: line 2, x, prompt: A [red] word.", console.Output, StringComparison.Ordinal);
    }
}
