namespace Farthing.Diffusion.Evaluation;

/// <summary>
/// How long renders take: text encoders, encoding of a product's canvas, denoising, decoding. Loading, compiling, compositing
/// and measuring are not in it.
/// </summary>
/// <param name="ReferenceSeconds">Median over the batches of seconds a render.</param>
/// <param name="CandidateSeconds">The same of the candidate.</param>
/// <param name="Ratio">Median of reference ÷ candidate over pairs of batches: above 1 the candidate is faster.</param>
/// <param name="RatioLow">First quartile of it.</param>
/// <param name="RatioHigh">Third quartile.</param>
/// <param name="Batches">Pairs of batches.</param>
/// <param name="BatchSize">Renders in a batch.</param>
/// <param name="Threads">Threads of a model call.</param>
/// <param name="Interleaved">Whether both models' batches took turns, so that a busy machine was busy for both.</param>
public sealed record SpeedResult(
    double ReferenceSeconds,
    double CandidateSeconds,
    double Ratio,
    double RatioLow,
    double RatioHigh,
    int Batches,
    int BatchSize,
    int Threads,
    bool Interleaved);
