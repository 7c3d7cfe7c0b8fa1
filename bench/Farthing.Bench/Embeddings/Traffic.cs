namespace Farthing.Bench.Embeddings;

/// <summary>One render's text at an instant.</summary>
internal readonly record struct Demand(DateTimeOffset At, string Text);

/// <summary>
/// Two weeks of demand, the same for the same seed: stems by Zipf's law (the n-th favourite is asked for in proportion to
/// n^−exponent), more by day than by night, and a share of texts that nobody asks for twice.
/// </summary>
internal sealed class Traffic(IReadOnlyList<string> stems, double exponent, int perDay, double oddShare, int seed)
{
    /// <summary>Least and greatest hourly rate lie this far around the mean.</summary>
    private const double Swing = 0.8;

    public static DateTimeOffset Start { get; } = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    public IEnumerable<Demand> Days(int days)
    {
        var random = new Random(seed);
        string[] favourites = [.. stems];
        random.Shuffle(favourites);
        double[] upTo = new double[favourites.Length];
        double sum = 0;
        for (int i = 0; i < upTo.Length; i++)
        {
            upTo[i] = sum += Math.Pow(i + 1, -exponent);
        }

        int odd = 0;
        for (int hour = 0; hour < days * 24; hour++)
        {
            double rate = perDay / 24.0 * (1 - (Swing * Math.Cos(2 * Math.PI * (hour % 24 - 2) / 24)));
            int renders = (int)(rate + random.NextDouble());
            for (int i = 0; i < renders; i++)
            {
                var at = Start + TimeSpan.FromHours(hour + ((i + random.NextDouble()) / renders));
                int place = Array.BinarySearch(upTo, random.NextDouble() * sum);
                yield return new Demand(at, random.NextDouble() < oddShare ? $"an odd text {odd++}" : favourites[place < 0 ? ~place : place]);
            }
        }
    }
}
