namespace Farthing.Bench.Ledger;

/// <summary>Prints what was asked, what was measured and whether it was reached.</summary>
internal sealed class Figures(TextWriter output)
{
    public void Begin()
    {
        output.WriteLine("| measure | asked | measured | reached |");
        output.WriteLine("|---|---|---|---|");
    }

    public void Add(string measure, string asked, string measured, bool? isReached = null) =>
        output.WriteLine($"| {measure} | {asked} | {measured} | {isReached switch { true => "yes", false => "no", null => "" }} |");
}
