namespace Farthing.Diffusion.Evaluation.Verdict;

/// <summary>One rule of the verdict.</summary>
/// <param name="Name">Its name, such as <c>clip-drop</c>.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Finding">What was found, as a sentence.</param>
public sealed record RuleResult(string Name, bool Passed, string Finding);
