using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Farthing.Gateway.Calls;

/// <summary>What a page or a plain text says, in one line.</summary>
internal static partial class PageText
{
    // A page of an error says it at once, and a longer one might hold the regex up.
    private const int MostBytes = 16 * 1024;

    /// <summary>The words of a body that is no JSON, whatever it is; empty where there are none.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MostBytes)]).TrimStart('\uFEFF').TrimStart();
        return Gaps().Replace(text.StartsWith('<') ? WebUtility.HtmlDecode(Markup().Replace(text, " ")) : text, " ").Trim();
    }

    [GeneratedRegex(@"<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->|<[^>]*>", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Markup();

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Gaps();
}
