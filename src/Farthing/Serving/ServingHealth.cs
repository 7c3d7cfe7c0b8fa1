using System.Text.Json;
using Farthing.Gateway;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary>Whether the gateway lives (<c>/health</c>) and whether it should be sent calls (<c>/ready</c>).</summary>
internal sealed class ServingHealth(LlmGateway gateway, int version, string hash)
{
    /// <summary><c>/health</c></summary>
    public static Task HealthAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("{\"status\":\"ok\"}");
    }

    /// <summary><c>/ready</c>: 503 when no provider has a key that can be used, or attempts can't be written down. A ledger that is waited for is told, and loses nothing.</summary>
    public async Task ReadyAsync(HttpContext context)
    {
        var keys = gateway.Links.Values.Select(static link => (link.Options.Name, Count: link.Keys.Count(), State: link.Pipeline.State.ToString())).ToList();
        bool books = gateway.Journal.TryMend();
        bool ready = books && (keys.Count == 0 || keys.Exists(static link => link.Count.Well > 0));
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteBoolean("ready", ready);
        json.WriteBoolean("books", books);
        json.WriteBoolean("ledger", !gateway.Journal.IsLedgerAway);
        json.WriteNumber("waiting", gateway.Journal.Waiting);
        json.WriteNumber("set_aside", gateway.Journal.SetAside);
        json.WriteStartObject("configuration");
        json.WriteNumber("version", version);
        json.WriteString("hash", hash);
        json.WriteEndObject();
        json.WriteStartObject("providers");
        foreach (var (name, count, state) in keys)
        {
            json.WriteStartObject(name);
            json.WriteNumber("keys_well", count.Well);
            json.WriteNumber("keys", count.All);
            json.WriteString("breaker", state.ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
