namespace Farthing.Simulation.Scenarios;

/// <summary>What rules and counts know of a call.</summary>
/// <param name="Provider"><c>openai</c>, <c>anthropic</c> or <c>bedrock</c>.</param>
/// <param name="Operation"><c>chat</c>, <c>messages</c>, <c>responses</c>, <c>converse</c>, <c>embeddings</c> or <c>models</c>.</param>
/// <param name="Model">The model's name; empty where none is asked for.</param>
/// <param name="Key">The key's name; <c>any</c> where keys have none, <c>unknown</c> for one that is not let in.</param>
/// <param name="IsStream">Whether a stream is asked for.</param>
internal sealed record CallFacts(string Provider, string Operation, string Model, string Key, bool IsStream);
