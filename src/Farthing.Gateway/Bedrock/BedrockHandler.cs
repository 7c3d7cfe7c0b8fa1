using System.Net;
using System.Net.Http.Headers;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Errors;

namespace Farthing.Gateway.Bedrock;

/// <summary>
/// Lets AWS Bedrock be called as if it spoke Anthropic's messages: each request becomes one of Converse or ConverseStream and is signed,
/// and what comes back becomes a message, its events or an error. To the gateway it is a provider like any other.
/// </summary>
/// <param name="provider">The provider; its region is what requests are signed for.</param>
/// <param name="connections">Sends what was signed. Disposed with this.</param>
/// <param name="time">The clock of the signatures.</param>
public sealed class BedrockHandler(ProviderOptions provider, HttpMessageInvoker connections, TimeProvider time) : HttpMessageHandler
{
    private const string Service = "bedrock";

    /// <summary>Where the key of a request stands; it is no header, so that it can't be sent by mistake.</summary>
    public static HttpRequestOptionsKey<KeyOptions> Key { get; } = new("farthing.aws-key");

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Method == HttpMethod.Get)
        {
            return await ProbeAsync(request, cancellationToken);
        }

        byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        ConverseRequest converse;
        try
        {
            converse = MessagesToConverse.Translate(body);
        }
        catch (RequestRefusedException refusal)
        {
            return Json(ErrorToAnthropic.Of(refusal));
        }

        using HttpRequestMessage signed = Signed(request, HttpMethod.Post, Url(converse), converse.Body);
        HttpResponseMessage response = await connections.SendAsync(signed, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                return await ErrorAsync(response, cancellationToken);
            }
        }

        return Answer(response, converse);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connections.Dispose();
        }

        base.Dispose(disposing);
    }

    private Uri Url(ConverseRequest request) =>
        Below($"model/{Uri.EscapeDataString(request.Model)}/{(request.IsStream ? "converse-stream" : "converse")}");

    private Uri Below(string path) => new($"{provider.BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}");

    private HttpRequestMessage Signed(HttpRequestMessage from, HttpMethod method, Uri url, byte[]? body)
    {
        if (!from.Options.TryGetValue(Key, out KeyOptions? key))
        {
            throw new InvalidOperationException("A request to Bedrock has no key.");
        }

        var request = new HttpRequestMessage(method, url);
        if (body is not null)
        {
            request.Content = from.Content is PromptContent prompt ? prompt.As(body) : new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        request.Headers.TryAddWithoutValidation("user-agent", "farthing");
        if (key.Aws is { } aws)
        {
            AwsSignature.Sign(request, body, aws, (provider.Region, Service), time.GetUtcNow());
        }
        else
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key.Value.Reveal());
        }

        return request;
    }

    /// <summary>
    /// Whether a key is known: a list that costs nothing. A key that may call models but not list is known all the same, and AWS
    /// says so with another error than of an unknown one.
    /// </summary>
    private async Task<HttpResponseMessage> ProbeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage signed = Signed(request, HttpMethod.Get, Below("async-invoke?maxResults=1"), null);
        using HttpResponseMessage response = await connections.SendAsync(signed, cancellationToken);
        return new HttpResponseMessage(BedrockErrors.TypeOf(response) == BedrockErrors.AccessDenied ? HttpStatusCode.NotFound : response.StatusCode);
    }

    private static HttpResponseMessage Answer(HttpResponseMessage response, ConverseRequest request)
    {
        string id = RequestId(response);
        var content = request.IsStream
            ? new StreamContent(new ConverseStream(response, new ConverseEvents(request.Model, id)))
            : new StreamContent(new ConverseAnswer(response, request.Model, id));
        content.Headers.ContentType = new MediaTypeHeaderValue(request.IsStream ? "text/event-stream" : "application/json");
        var answer = new HttpResponseMessage(response.StatusCode) { Content = content };
        answer.Headers.TryAddWithoutValidation("request-id", id);
        return answer;
    }

    private static async Task<HttpResponseMessage> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = [];
        try
        {
            await response.Content.LoadIntoBufferAsync(BedrockErrors.MaxBytes, cancellationToken);
            body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            // The status says enough.
        }

        HttpResponseMessage error = Json(BedrockErrors.Translate((int)response.StatusCode, BedrockErrors.TypeOf(response), body));
        if (response.Headers.RetryAfter is { } wait)
        {
            error.Headers.RetryAfter = wait;
        }

        return error;
    }

    private static HttpResponseMessage Json(TranslatedError error) => new((HttpStatusCode)error.Status)
    {
        Content = new ByteArrayContent(error.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private static string RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-amzn-requestid", out var ids) ? ids.First() : "unknown";
}
