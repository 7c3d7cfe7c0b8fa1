namespace Farthing.Gateway.Bedrock;

/// <summary>A request of Converse: the model and whether it streams stand in its URL.</summary>
/// <param name="Model">The model's id, or the ARN of an inference profile.</param>
/// <param name="IsStream">Whether it is one of ConverseStream.</param>
/// <param name="Body">UTF-8 JSON.</param>
internal sealed record ConverseRequest(string Model, bool IsStream, byte[] Body);
