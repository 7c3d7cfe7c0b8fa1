namespace Farthing.Diffusion.Evaluation;

/// <summary>Where an evaluation stands.</summary>
/// <param name="What">What is being done, for people.</param>
/// <param name="Done">Pictures rendered and measured so far, in units of half a pair.</param>
/// <param name="Total">How many there will be.</param>
public readonly record struct EvaluationProgress(string What, int Done, int Total);
