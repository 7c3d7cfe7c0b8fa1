using System.CommandLine;

namespace Farthing.Bench.Embeddings;

/// <summary>What <c>embeddings</c> measures.</summary>
/// <param name="PerDay">Renders a day of the simulated traffic.</param>
/// <param name="Exponent">Zipf's exponent of the demand for stems.</param>
/// <param name="Rows">Rows of the demo campaign in the measured campaigns.</param>
internal sealed record EmbeddingsOptions(int PerDay, double Exponent, int Rows)
{
    public const int Days = 14;

    public const int Seed = 20261125;

    public static EmbeddingsOptions? Parse(string[] arguments)
    {
        var perDay = new Option<int>("--per-day") { DefaultValueFactory = _ => 5000, Description = "Renders a day." };
        var exponent = new Option<double>("--exponent") { DefaultValueFactory = _ => 1.0, Description = "Zipf's exponent of the demand for stems." };
        var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 24, Description = "Rows of the demo campaign." };
        var command = new RootCommand("The text-embedding cache.") { perDay, exponent, rows };
        EmbeddingsOptions? options = null;
        command.SetAction(line => options = new EmbeddingsOptions(
            Math.Max(1, line.GetValue(perDay)), line.GetValue(exponent), Math.Clamp(line.GetValue(rows), 1, 24)));
        command.Parse(arguments).Invoke();
        return options;
    }
}
