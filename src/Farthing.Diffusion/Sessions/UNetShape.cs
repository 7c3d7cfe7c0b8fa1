namespace Farthing.Diffusion.Sessions;

/// <summary>Sizes of one UNet call.</summary>
/// <param name="Batch">Rows of the call: pictures, times two under guidance.</param>
/// <param name="Height">Latent cells high.</param>
/// <param name="Width">Latent cells wide.</param>
/// <param name="Sequence">Text states a row.</param>
internal readonly record struct UNetShape(int Batch, int Height, int Width, int Sequence);
