using Farthing.Rendering.Captions;

namespace Farthing.Commands;

/// <summary>Who rewrites prompts.</summary>
/// <param name="Name">What the choice is called in a render's identity.</param>
/// <param name="Service">The remote service; null for none.</param>
internal sealed record CaptionChoice(string Name, Uri? Service)
{
    /// <summary>The template captioner.</summary>
    public static CaptionChoice Template { get; } = new("template", null);

    /// <summary>Nobody: the model gets the prompt as it is.</summary>
    public static CaptionChoice Off { get; } = new("off", null);

    /// <summary>Reads <c>template</c>, <c>off</c> or a URL; null when it is none of them.</summary>
    public static CaptionChoice? Parse(string text) => text.ToLowerInvariant() switch
    {
        "template" => Template,
        "off" => Off,
        _ => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is ("http" or "https") && url.UserInfo.Length == 0
            ? new CaptionChoice(url.AbsoluteUri, url)
            : null,
    };

    /// <summary>Makes the captioner.</summary>
    /// <exception cref="UsageException">The key can't be used with this service.</exception>
    public ICaptioner Open(HttpClient http, TimeProvider time)
    {
        if (Service is null)
        {
            return new TemplateCaptioner();
        }

        try
        {
            return new RemoteCaptioner(http, new RemoteCaptionOptions { Endpoint = Service }, CaptionKey.FromEnvironment(), time);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message.Split(" (Parameter", 2)[0]);
        }
    }
}
