namespace Farthing.Rendering.Captions;

/// <summary>A prompt rewritten for the model.</summary>
/// <param name="Full">The whole picture with light, framing and camera: for text to image, and for the records.</param>
/// <param name="Scene">The background alone. It names neither the product nor its colour: a background painted from a text that does grows a second product.</param>
/// <param name="Usage">What making it used.</param>
public sealed record Caption(string Full, string Scene, CaptionUsage Usage);
