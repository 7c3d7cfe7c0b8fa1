using Farthing.Diffusion.Evaluation;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Objects;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary>Evaluates what a command line names, keeps the results, and signs or withdraws the acceptance.</summary>
internal sealed class EvaluateRun(Host host, EvaluateLine line)
{
    private const string ResultName = "evaluation.json";
    private const string SheetName = "contact-sheet.png";

    /// <summary>
    /// Steps: 1. read models and prompts, and see that results can be kept, before anything is rendered, 2. evaluate with
    /// progress, 3. keep the results, 4. sign or withdraw, 5. print.
    /// </summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        // 1
        var pair = ModelPair.Open(line.Plan.Reference, line.Plan.Candidate);
        int width = line.Width ?? pair.Reference.NativeSize, height = line.Height ?? pair.Reference.NativeSize;
        EvaluationPlan plan = line.Plan with
        {
            Width = width,
            Height = height,
            Items = EvaluationFile.Read(line, pair, width, height, host.Screen.Note),
        };
        var store = new FolderObjectStore(line.Out);

        // 2
        using var signals = new StopSignals(host.Screen.Note, "Stopping after the current step; nothing is kept of this evaluation. Once more ends at once.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals.Token);
        EvaluationResult result;
        try
        {
            result = await WatchAsync(plan, stop.Token);
        }
        catch (OperationCanceledException)
        {
            host.Screen.Note("Cancelled. The same command again starts anew.");
            return ExitCodes.Cancelled;
        }

        // 3
        List<string> files = [store.PathOf(ResultName)];
        byte[] json = result.ToJson();
        store.Put(ResultName, json);
        if (line.Sheet > 0)
        {
            store.Put(SheetName, PictureEncoder.Encode(EvaluationSheet.Draw(result, line.Sheet), new EncodeOptions()));
            files.Add(store.PathOf(SheetName));
        }

        // 4
        string acceptance = Accept(result);

        // 5
        if (line.Json)
        {
            host.Screen.Write(System.Text.Encoding.UTF8.GetString(json));
            host.Screen.Note(acceptance);
        }
        else
        {
            EvaluationView.Print(host.Screen, result, acceptance, files);
        }

        return result.Passed ? ExitCodes.Done : ExitCodes.NotAccepted;
    }

    private async Task<EvaluationResult> WatchAsync(EvaluationPlan plan, CancellationToken cancellation)
    {
        Task<EvaluationResult> Start(Action<EvaluationProgress> told) =>
            Task.Run(() => new Evaluator(plan, host.Time, told).Run(cancellation), CancellationToken.None);

        if (!host.Screen.IsLive)
        {
            return await Start(new EvaluationLines(host.Screen.Note, host.Time).Tell);
        }

        var bar = new EvaluationBar(host.Screen.Notes);
        Task<EvaluationResult> run = Start(bar.Tell);
        await bar.ShowAsync(run, host.Time);
        return await run;
    }

    /// <summary>Signs the record, or puts away one that no longer holds.</summary>
    /// <returns>A sentence that says what was done.</returns>
    private string Accept(EvaluationResult result)
    {
        string path = Path.Combine(line.Plan.Candidate, AcceptanceRecord.FileName);
        try
        {
            if (!result.Passed)
            {
                return AcceptanceWithdrawal.Withdraw(line.Plan.Candidate, result)
                    ? $"not accepted; the acceptance that it had is withdrawn and kept as {AcceptanceWithdrawal.FileName}"
                    : File.Exists(path) ? "not accepted; no acceptance is written. The one in the directory was left: this evaluation does not outweigh it" : "not accepted; no acceptance is written";
            }

            if (result.Candidate.Hash == result.Reference.Hash)
            {
                return "passed; both directories hold the same model, so there is nothing to accept";
            }

            using var key = DataFolder.At(line.Data).OpenSigningKey();
            result.ToRecord().SignedBy(key).Write(line.Plan.Candidate);
            return $"accepted and signed: {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ObjectStoreException($"The acceptance '{path}' can't be changed: {e.Message} Make the directory writable, and evaluate again.", e);
        }
    }
}
