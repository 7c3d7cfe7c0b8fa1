namespace Farthing.Diffusion.Evaluation;

/// <summary>The signing key can't be read or made; the message says what to mend.</summary>
public sealed class SigningKeyException(string message, Exception? inner = null) : Exception(message, inner);
