namespace Farthing.Diffusion.Pipelines;

/// <summary>A picture could not be made for a reason that its message tells.</summary>
/// <param name="message">What happened and what to do.</param>
public sealed class DiffusionException(string message) : Exception(message);
