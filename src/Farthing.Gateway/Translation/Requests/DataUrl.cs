using System.Buffers.Text;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Addresses of pictures and files. Nothing here opens one: the provider does, or it is in the address itself.</summary>
internal static class DataUrl
{
    /// <summary>Reads <c>data:TYPE;base64,DATA</c>.</summary>
    /// <returns>The type in lower case, without parameters; the data still in base64.</returns>
    public static (string Type, string Data) Read(RequestNode node)
    {
        string url = node.Text();
        int comma = url.IndexOf(',', StringComparison.Ordinal);
        string[] head = comma < 0 ? [] : url[..comma].Split(';');
        if (head.Length < 2
            || !head[0].StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            || !head[^1].Equals("base64", StringComparison.OrdinalIgnoreCase))
        {
            throw node.Refusal("must be a data URL in base64, such as data:image/png;base64,iVBORw0…");
        }

        string data = url[(comma + 1)..];
        return data.Length > 0 && Base64.IsValid(data)
            ? (Registered(head[0][5..].ToLowerInvariant()), data)
            : throw node.Refusal("what follows 'base64,' is not base64.");
    }

    /// <summary>OpenAI takes a name for JPEG that many write and nobody registered; others don't.</summary>
    private static string Registered(string type) => type == "image/jpg" ? "image/jpeg" : type;

    /// <summary>An address that a provider can open.</summary>
    public static string Web(RequestNode node) =>
        Uri.TryCreate(node.Text(), UriKind.Absolute, out Uri? address) && address.Scheme is ("https" or "http")
            ? node.Text()
            : throw node.Refusal("must be an address that begins with https:// or a data URL in base64.");
}
