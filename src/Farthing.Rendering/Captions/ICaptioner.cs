namespace Farthing.Rendering.Captions;

/// <summary>Turns what a merchant typed into texts that the model knows what to do with. Safe for several threads.</summary>
public interface ICaptioner
{
    /// <summary>Writes the caption of a prompt.</summary>
    /// <param name="prompt">Any text.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="CaptionException">It could not be made; what was used is in it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ValueTask<Caption> CaptionAsync(string prompt, CancellationToken cancellationToken);
}
