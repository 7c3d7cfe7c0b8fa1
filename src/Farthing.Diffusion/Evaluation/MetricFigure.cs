namespace Farthing.Diffusion.Evaluation;

/// <summary>A metric over the pictures of an evaluation.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Low">Lower bound of the mean's bootstrap interval.</param>
/// <param name="High">Upper bound.</param>
/// <param name="Worst">Mean of the worst 5% of the pictures, at least one.</param>
/// <param name="Pictures">How many pictures it was taken over.</param>
public sealed record MetricFigure(double Mean, double Low, double High, double Worst, int Pictures);
