namespace Farthing.Gateway.Translation.Errors;

/// <summary>An error as the client's own SDK turns it into its typed exception.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record TranslatedError(int Status, byte[] Body);
