namespace Farthing.Gateway.Configuration;

/// <summary><c>alarms.webhook: {url, secret, allow_http, allow_link_local, timeout_seconds, attempts, first_retry_seconds, longest_retry_seconds}</c></summary>
/// <param name="variable">Reads an environment variable; null where the secret is not looked up.</param>
/// <param name="warnings">Where oddities go.</param>
internal sealed class WebhookSection(Func<string, string?>? variable, List<GatewayConfigurationError> warnings)
{
    public WebhookOptions? Read(YamlMap? map)
    {
        if (map is null)
        {
            return null;
        }

        var before = map.Faults;
        var url = ReadUrl(map);
        var secret = ReadSecret(map);
        var options = new WebhookOptions(url ?? new Uri("http://localhost"));
        options = options with
        {
            Secret = secret,
            AllowLinkLocal = map.Flag("allow_link_local", false),
            Timeout = map.Seconds("timeout_seconds", 1, 60, options.Timeout),
            Attempts = map.Whole("attempts", 1, 50, options.Attempts),
            FirstRetry = map.Seconds("first_retry_seconds", 1, 3_600, options.FirstRetry),
            LongestRetry = map.Seconds("longest_retry_seconds", 1, 86_400, options.LongestRetry),
        };
        map.RefuseOthers();
        _ = url is null || ProviderAddress.IsAllowed(map, "url", url);
        if (options.FirstRetry > options.LongestRetry)
        {
            map.Refuse("first_retry_seconds", "'first_retry_seconds' in webhook is longer than 'longest_retry_seconds': swap them.");
        }

        return map.Faults == before ? options : null;
    }

    private static Uri? ReadUrl(YamlMap map)
    {
        var text = map.Required("url", "write where alarms are sent to, such as https://alarms.example.com/farthing.");
        var allowHttp = map.Flag("allow_http", false);
        if (text.Length == 0)
        {
            return null;
        }

        // The address may hold a token of its receiver, so it is not repeated.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            map.Refuse("url", "'url' in webhook is no address: write one such as https://alarms.example.com/farthing, without a user or '#'.");
            return null;
        }

        if (url.Scheme == "http" && !url.IsLoopback && !allowHttp)
        {
            map.Refuse("url", $"alarms would go to '{url.Host}' unencrypted: write https, or allow_http: true if the network is yours.");
        }

        return url;
    }

    private Secret? ReadSecret(YamlMap map)
    {
        var written = map.Required("secret", "write secret: env.NAME of a variable that holds what `farthing alarms secret` prints.");
        if (!WrittenVariable.IsOne(written, out var name))
        {
            if (WrittenVariable.Meant(written) is { } meant)
            {
                map.Refuse("secret", $"'{written}' would be the secret itself: write {meant} to read the environment variable.");
                return null;
            }

            if (written.Length > 0)
            {
                warnings.Add(new GatewayConfigurationError(map.LineOf("secret"), "the webhook's secret stands in the file itself. Better write secret: env.NAME, and keep it in the environment."));
            }

            return written.Length == 0 ? null : Checked(map, written, "the value");
        }

        if (variable is null)
        {
            return null;
        }

        var found = name.Length > 0 ? variable(name) : null;
        if (found is { Length: > 0 } text)
        {
            return Checked(map, text, $"the environment variable '{name}'");
        }

        map.Refuse("secret", $"{WrittenVariable.Fault(name, found)}: set it to the webhook's secret, which `farthing alarms secret` makes.");
        return null;
    }

    private static Secret? Checked(YamlMap map, string text, string where)
    {
        if (WebhookSecret.KeyOf(text) is not null)
        {
            return new Secret(text);
        }

        map.Refuse("secret", $"{where} holds no secret of a webhook: it is {WebhookSecret.Prefix} and {WebhookSecret.MinBytes} to {WebhookSecret.MaxBytes} bytes in base64; `farthing alarms secret` makes one.");
        return null;
    }
}
