using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Rendering.Captions;

namespace Farthing.Serving.Template;

/// <summary>
/// The template captioner as a provider, <c>farthing/template</c>: it answers in this process what others answer over a network, so
/// that a chain can end in something that no outage reaches.
/// </summary>
/// <param name="captioner">Writes the captions.</param>
/// <param name="time">The clock.</param>
internal sealed class TemplateHandler(TemplateCaptioner captioner, TimeProvider time) : HttpMessageHandler
{
    private const string Model = "template";

    /// <summary>Connections of any provider; of the template captioner, this one.</summary>
    public static HttpMessageInvoker Connect(ProviderOptions provider, ResilienceOptions resilience, TimeProvider time) =>
        provider.Row.Name == ProviderTable.Template ? new HttpMessageInvoker(new TemplateHandler(new TemplateCaptioner(), time)) : Connections.Create(provider, resilience);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } content)
        {
            return Said(HttpStatusCode.OK, "application/json", "{\"object\":\"list\",\"data\":[{\"id\":\"template\",\"object\":\"model\",\"created\":0,\"owned_by\":\"farthing\"}]}");
        }

        WireShape shape = ((WireShape[])[WireShape.Messages, WireShape.Responses]).FirstOrDefault(
            shape => request.RequestUri!.AbsolutePath.EndsWith('/' + shape.Path(), StringComparison.Ordinal), WireShape.Chat);
        TemplateRequest? asked;
        try
        {
            asked = TemplateRequest.Read(shape, await content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Refused(shape, 400, "bad_request", "The body can't be read as JSON.", null);
        }

        if (asked is null)
        {
            return Refused(shape, 400, "nothing_said", "No message of a user has a text to write a caption from.", shape == WireShape.Responses ? "input" : "messages");
        }

        if (asked.Model != Model)
        {
            return Refused(shape, 404, "model_not_found", "The provider 'farthing' has one model: farthing/template.", "model");
        }

        if (asked.Fields is null)
        {
            return Refused(shape, 400, "schema_not_available", $"farthing/template writes texts alone: every field of the schema must be a string, and there may be {TemplateRequest.MostFields}.", "response_format");
        }

        TemplateAnswer answer = TemplateAnswer.Of(asked, captioner.Caption(asked.Captioned));
        DateTimeOffset now = time.GetUtcNow();
        var forms = new TemplateForms(asked, answer, Guid.CreateVersion7(now).ToString("N"), now);
        return asked.IsStream
            ? Said(HttpStatusCode.OK, "text/event-stream", forms.Events())
            : Said(HttpStatusCode.OK, "application/json", forms.Whole());
    }

    private static HttpResponseMessage Refused(WireShape shape, int status, string code, string message, string? parameter) =>
        Said((HttpStatusCode)status, "application/json", Encoding.UTF8.GetString(new GatewayError(status, code, message, parameter).Body(shape)));

    private static HttpResponseMessage Said(HttpStatusCode status, string type, string body) => new(status)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } },
    };
}
