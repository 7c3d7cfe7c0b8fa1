using System.Text.Json;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Alarms;

namespace Farthing.Serving.Admin;

/// <summary>What is watched, in the words of its file. Of the webhook's address only the host is told, since the rest may be a secret of its receiver.</summary>
internal static class AlarmOptionsJson
{
    /// <summary>Writes a property; none where nothing is watched.</summary>
    public static void Write(Utf8JsonWriter json, AlarmOptions? options)
    {
        if (options is null)
        {
            return;
        }

        json.WriteStartObject("alarms");
        json.WriteNumber("check_seconds", options.Check.TotalSeconds);
        json.WriteNumber("repeat_seconds", options.Repeat.TotalSeconds);
        if (options.Webhook is { } webhook)
        {
            json.WriteStartObject("webhook");
            json.WriteString("url", webhook.Url.GetLeftPart(UriPartial.Authority) + "/***");
            json.WriteString("secret", "***");
            json.WriteBoolean("allow_link_local", webhook.AllowLinkLocal);
            json.WriteNumber("timeout_seconds", webhook.Timeout.TotalSeconds);
            json.WriteNumber("attempts", webhook.Attempts);
            json.WriteNumber("first_retry_seconds", webhook.FirstRetry.TotalSeconds);
            json.WriteNumber("longest_retry_seconds", webhook.LongestRetry.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteStartArray("rules");
        foreach (AlarmRule rule in options.Rules)
        {
            json.WriteStartObject();
            json.WriteString("name", rule.Name);
            json.WriteString("kind", rule.Kind);
            json.WriteString("over", rule.Limit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
