using System.Diagnostics;
using Farthing.Diffusion.Pipelines;
using Farthing.Rendering.Embeddings;

namespace Farthing.Bench.Embeddings;

/// <summary>How large entries are, and whether compressing them pays.</summary>
internal static class SizePart
{
    public static void Run(PromptEncoder prompts, IReadOnlyList<string> texts, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"bytes of an entry, mean of {texts.Count} scenes");
        output.WriteLine($"  {"encoder",-16}{"rows kept",-11}{"fp16",-10}{"compressed",-12}{"fp32",-10}{"compress",-12}{"write+read plain",-18}write+read compressed");
        foreach (var (encoder, place) in prompts.Encoders.Select((e, i) => (e, i)))
        {
            var entries = texts.Select(text => prompts.Encode(place, [prompts.Tokenize(text)[place]])[0]).ToList();
            var halves = entries.Select(s => EmbeddingEntry.Of(s, encoder.Width, EmbeddingStorage.Fp16, default)!).ToList();
            var whole = entries.Select(s => EmbeddingEntry.Of(s, encoder.Width, EmbeddingStorage.Fp32, default)!).ToList();
            double plain = halves.Average(e => EntryCodec.Write(default, e, false).Length), packed = halves.Average(e => EntryCodec.Write(default, e, true).Length);
            output.WriteLine(
                $"  {encoder.Name,-16}{halves.Average(e => e.Rows),-11:F1}{plain,-10:F0}{packed,-12:F0}{whole.Average(e => EntryCodec.Write(default, e, false).Length),-10:F0}{1 - (packed / plain),-12:P1}{Time(halves, false),-18:F0}{Time(halves, true):F0} µs");
        }

        var third = prompts.Encoders.FirstOrDefault(e => e.FirstRow > 0);
        if (third is not null)
        {
            int at = prompts.Encoders.ToList().IndexOf(third);
            string shortest = texts.MinBy(t => t.Length)!;
            int tokens = prompts.Tokenize(shortest)[at].Count;
            double mean = texts.Average(t => prompts.Tokenize(t)[at].Count);
            output.WriteLine($"  T5's real tokens, fp16: the demo's ({third.Width} wide) {tokens * third.Width * 2 / 1000.0:F1} kB for \"{shortest}\" ({tokens} tokens), {mean * third.Width * 2 / 1000.0:F1} kB in the mean ({mean:F1} tokens)");
            output.WriteLine($"  calculated for T5-XXL (4096 wide) and as many tokens: {tokens * 8.192:F0} kB and {mean * 8.192:F0} kB. The published 14 kB is 1.7 tokens of T5-XXL, or 22 tokens of the demo's T5");
        }
    }

    private static double Time(List<EmbeddingEntry> entries, bool compress)
    {
        double least = double.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            foreach (var entry in entries)
            {
                EntryCodec.Read(default, EntryCodec.Write(default, entry, compress));
            }

            least = Math.Min(least, Stopwatch.GetElapsedTime(begin).TotalMicroseconds / entries.Count);
        }

        return least;
    }
}
