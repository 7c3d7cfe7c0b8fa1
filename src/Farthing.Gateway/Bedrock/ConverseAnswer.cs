using Farthing.Gateway.Translation.Answers;

namespace Farthing.Gateway.Bedrock;

/// <summary>An answer of Converse, read as a message of Anthropic's. One that is no answer is empty, which no reader takes for one.</summary>
/// <param name="response">The response. Disposed with this.</param>
/// <param name="model">The model, which the answer does not name.</param>
/// <param name="requestId">AWS's id of the request.</param>
internal sealed class ConverseAnswer(HttpResponseMessage response, string model, string requestId) : ProducedStream
{
    // The gateway's own limit of an answer holds for what is made of this.
    private const int MaxBytes = 256 * 1024 * 1024;

    protected override async ValueTask<(ReadOnlyMemory<byte> Bytes, bool IsOver)> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
            return (ConverseToMessage.Translate(await response.Content.ReadAsByteArrayAsync(cancellationToken), model, requestId), true);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new InvalidDataException("the answer is too long.", error);
        }
        catch (AnswerUnreadableException)
        {
            return (default, true);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
