using System.Diagnostics;
using Farthing.Tests.Goldens;
using Farthing.Tests.Ledger;

namespace Farthing.Tests.Host.Serving.Usage;

public sealed class PythonSampleTests
{
    // A pipeline and a client that need no GPU and no key; the second call of the pipeline fails.
    private const string Program = """
        import sys, types
        sys.path.insert(0, sys.argv[1])
        from farthing_usage import Farthing
        farthing = Farthing("/studio/worker-1", "spring", url=sys.argv[2])
        def pipe(prompt):
            if prompt == "bad": raise RuntimeError("out of memory")
            return "picture of " + prompt
        draw = farthing.pipeline(pipe, "gpu/h100")
        assert draw("r1", "a mug") == "picture of a mug"
        try: draw("r2", "bad")
        except RuntimeError: pass
        draw.close()
        def create(model): return types.SimpleNamespace(text="hi", usage=types.SimpleNamespace(prompt_tokens=120, completion_tokens=30, prompt_tokens_details=types.SimpleNamespace(cached_tokens=100)))
        assert farthing.openai(create, render="r1")(model="gpt-4o-mini").text == "hi"
        try: farthing.send(("usage", {"run": "spring", "stage": "caption", "resource": "x", "meters": {"input-tokens": -1}})); sys.exit("a bad event was taken")
        except ValueError as error: assert "below 0" in str(error)
        print(farthing.lease)
        """;

    [Fact]
    public async Task The_python_client_books_a_pipeline_and_a_model_call()
    {
        await using var rig = await UsageRig.StartAsync(StoreKind.Sqlite, time: TimeProvider.System);
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "-B", "-c", Program, Path.Combine(Golden.RepositoryRoot, "samples", "python"), rig.Client.BaseAddress!.ToString().TrimEnd('/') })
        {
            start.ArgumentList.Add(argument);
        }

        using var python = Process.Start(start)!;
        var output = python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(python.ExitCode == 0, await errors);

        var lease = rig.Lease((await output).Trim());
        Assert.True(lease.IsBalanced);
        Assert.Equal(0, lease.Unexplained.Microseconds);
        Assert.Equal([("r1", "delivered"), ("r2", "failed")], rig.Store.Read(static transaction =>
            transaction.Query<(string, string)>("SELECT render_id, outcome FROM attempt_outcomes ORDER BY render_id").ToList()));
        Assert.Equal([("r1", "input-tokens", 20), ("r1", "cached-input-tokens", 100), ("r1", "output-tokens", 30)], rig.Charges().Where(static charge => charge.Meter.EndsWith("tokens", StringComparison.Ordinal)));
        rig.AssertWhole();
    }
}
