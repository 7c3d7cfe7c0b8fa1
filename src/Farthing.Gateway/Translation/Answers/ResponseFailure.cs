namespace Farthing.Gateway.Translation.Answers;

/// <summary>Why a response failed.</summary>
/// <param name="Code">OpenAI's word, such as <c>server_error</c>.</param>
/// <param name="Message">For people.</param>
internal sealed record ResponseFailure(string Code, string Message);
