namespace Farthing.Diffusion.Evaluation;

/// <summary>What was rendered to compare two models.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guidance">Guidance scale.</param>
/// <param name="Scheduler">The scheduler's name, such as <c>dpmpp-2m-karras</c>.</param>
/// <param name="Pictures">Pictures of each model.</param>
public sealed record EvaluationShape(int Width, int Height, int Steps, double Guidance, string Scheduler, int Pictures);
