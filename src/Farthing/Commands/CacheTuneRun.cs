using System.Globalization;
using Farthing.Diffusion.Embeddings;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Tuning;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary>One tuning.</summary>
internal sealed class CacheTuneRun(Host host, CacheTuneLine line)
{
    private const int MaxNotes = 20;

    /// <summary>Steps: 1. prices, lists and pairs, 2. each text once through the embedder, 3. the guard, 4. the sweep, 5. print and plot.</summary>
    public int Run(CancellationToken cancellation)
    {
        CheckPlot();
        Amount price = Price(out string priceNote);
        var guard = new CaptionGuard(PairFiles.Lists(line.Lists));
        var problems = new List<string>();
        List<CaptionPair> pairs = CaptionPairs.Read(PairFiles.Lines(line.Pairs), problems);
        Note(problems);
        if (pairs.Count == 0)
        {
            throw new PairsException($"'{line.Pairs}' has no pair to look at. Write one a line: {{\"id\": \"p1\", \"a\": \"…\", \"b\": \"…\", \"same\": true, \"kind\": \"…\"}}.");
        }

        using var signals = new StopSignals(host.Screen.Note, "Stopping; nothing is kept. Once more ends at once.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals.Token);
        Dictionary<string, SentenceEmbedding> embeddings;
        try
        {
            embeddings = Embed(pairs, stop.Token);
        }
        catch (OperationCanceledException)
        {
            host.Screen.Note("Cancelled. The same command again starts anew.");
            return ExitCodes.Cancelled;
        }

        List<ScoredPair> scored = pairs.ConvertAll(pair => Score(pair, embeddings, guard));
        ThresholdSweep sweep = ThresholdSweep.Run(scored, line.Thresholds, price, line.MaxFalse);
        if (line.Json)
        {
            host.Screen.Write(SweepJson.Write(sweep));
        }
        else
        {
            TuneView.Print(host.Screen, sweep, scored, priceNote);
        }

        foreach (string note in TuneView.Notes(sweep, line.MaxFalse))
        {
            host.Screen.Note(note);
        }

        if (line.Plot is { } plot)
        {
            Write(plot, SweepPlot.Draw(sweep));
        }

        return problems.Count == 0 ? ExitCodes.Done : ExitCodes.Partial;
    }

    private static ScoredPair Score(CaptionPair pair, Dictionary<string, SentenceEmbedding> embeddings, CaptionGuard guard)
    {
        (SentenceEmbedding one, SentenceEmbedding other) = (embeddings[pair.A], embeddings[pair.B]);
        GuardVerdict verdict = guard.Compare(guard.Read(pair.A, Flags(one)), guard.Read(pair.B, Flags(other)));
        return new ScoredPair(pair, one.Cosine(other), verdict);
    }

    private static EmbeddedText Flags(SentenceEmbedding embedding) =>
        (embedding.IsCut ? EmbeddedText.Cut : 0) | (embedding.IsMostlyUnknown ? EmbeddedText.MostlyUnknown : 0);

    private void Note(List<string> problems)
    {
        foreach (string problem in problems.Take(MaxNotes))
        {
            host.Screen.Note(problem);
        }

        if (problems.Count > MaxNotes)
        {
            host.Screen.Note($"… and {problems.Count - MaxNotes} more lines are left out.");
        }
    }

    private Dictionary<string, SentenceEmbedding> Embed(List<CaptionPair> pairs, CancellationToken cancellation)
    {
        string[] texts = [.. pairs.SelectMany(static pair => new[] { pair.A, pair.B }).Distinct(StringComparer.Ordinal)];
        using SentenceEmbedder embedder = SentenceEmbedder.Load(line.Model);
        var found = new SentenceEmbedding[texts.Length];
        EmbeddingProgress.Show(host.Screen, texts.Length, advance => Parallel.For(
            0,
            texts.Length,
            new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
            at =>
            {
                found[at] = embedder.Embed(texts[at]);
                advance();
            }));
        return texts.Zip(found).ToDictionary(static text => text.First, static text => text.Second, StringComparer.Ordinal);
    }

    private Amount Price(out string note)
    {
        if (line.Price is { } told)
        {
            note = $"A request costs {told}, as --price-per-request says.";
            return told;
        }

        PriceBook book;
        try
        {
            book = line.Prices is { } path ? PriceBook.Load(path) : PriceBook.Default();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--prices '{line.Prices}' can't be read: {error.Message}");
        }

        DateTimeOffset now = host.Time.GetUtcNow();
        Amount sum = PriceOf(book, Meters.InputTokens, line.InputTokens, now) + PriceOf(book, Meters.OutputTokens, line.OutputTokens, now);
        note = string.Create(
            CultureInfo.InvariantCulture,
            $"A request is taken to be {line.InputTokens} tokens and its answer {line.OutputTokens} of {line.Resource}: {sum} by the price book.");
        return sum;
    }

    private Amount PriceOf(PriceBook book, string meter, long tokens, DateTimeOffset now)
    {
        PriceVersion price = book.Find(line.Resource, meter, now)
            ?? throw new UsageException($"The price book has no price for {meter} of '{line.Resource}' today. Name another --resource, or the price itself with --price-per-request.");
        return price.Price(tokens);
    }

    /// <summary>What can't be written is better known before all texts are embedded.</summary>
    private void CheckPlot()
    {
        if (line.Plot is not { } plot)
        {
            return;
        }

        if (Directory.Exists(plot) || !Directory.Exists(Path.GetDirectoryName(plot)))
        {
            throw new OutputFileException($"--plot '{plot}' can't be written: {(Directory.Exists(plot) ? "it is a folder" : "its folder is not there")}. Name another file.");
        }

        if (Final(plot) == Final(line.Pairs))
        {
            throw new UsageException($"--plot '{plot}' is the file of the pairs, which would be lost. Name another file.");
        }

        static string Final(string path) => File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
    }

    private static void Write(string path, string svg)
    {
        try
        {
            File.WriteAllText(path, svg);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"--plot '{path}' can't be written: {error.Message}", error);
        }
    }
}
