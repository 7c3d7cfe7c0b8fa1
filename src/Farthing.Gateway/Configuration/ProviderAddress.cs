using System.Net;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Configuration;

/// <summary><c>base_url</c> and <c>region</c> of a provider: where it is.</summary>
internal static class ProviderAddress
{
    /// <summary>The region of AWS.</summary>
    public static string Region(YamlMap map)
    {
        var region = map.Required("region", "write the region of AWS, such as region: eu-central-1.");
        if (region.Length > ProvidersSection.MaxName || region.Any(static c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
        {
            map.Refuse("region", $"'{region}' is no region of AWS: write one such as eu-central-1.");
        }

        return region;
    }

    /// <summary>The URL; null where it is not known or wrong, which is told.</summary>
    public static Uri? Read(YamlMap map, ProviderRow? row, string region, bool hasKeys)
    {
        var allowHttp = map.Flag("allow_http", false);
        var text = map.Text("base_url") ?? (map.Has("base_url") ? null : region.Length > 0 ? $"https://bedrock-runtime.{region}.amazonaws.com" : row?.BaseUrl);
        if (text is null)
        {
            return null;
        }

        if (text.Length == 0 && row!.KeyHeader == KeyHeader.AwsSignature)
        {
            // Its region is missing, which is told already.
            return null;
        }

        if (text.Length == 0)
        {
            map.Refuse("base_url", row!.Name == "azure"
                ? "'base_url' is missing: write https://RESOURCE.openai.azure.com/openai/v1."
                : "'base_url' is missing: write where the server is, such as http://127.0.0.1:8000/v1.");
            return null;
        }

        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            map.Refuse("base_url", $"'{text}' is no base URL: write one such as https://api.example.com/v1, without a user, '?' or '#'.");
            return null;
        }

        if (url.Scheme == "http" && hasKeys && !url.IsLoopback && !allowHttp)
        {
            map.Refuse("base_url", $"the keys would go to '{url.Host}' unencrypted: write https, or allow_http: true if the network is yours.");
            return null;
        }

        return map.Flag("use_proxy", false) || IsAllowed(map, "base_url", url) ? url : null;
    }

    /// <summary>Whether connecting to an address would not be refused for what it is; where a name leads is seen when it is connected to.</summary>
    public static bool IsAllowed(YamlMap map, string key, Uri url)
    {
        if (map.Flag("allow_link_local", false) || !IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) || !Connections.IsRefused(address))
        {
            return true;
        }

        map.Refuse(key, $"'{url.Host}' is a link-local or metadata address, which is not connected to: write another, or allow_link_local: true if it is meant.");
        return false;
    }
}
