using System.Text.Json;
using Farthing.Gateway;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Keys;
using Farthing.Ledger.Storage;
using Farthing.Serving.Live;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Admin;

/// <summary>What the admin's port tells and does.</summary>
internal sealed class AdminEndpoints(LiveGateway live, ConfigurationReloader reloader)
{
    // Nothing here is ever HTML.
    private static readonly JsonWriterOptions Plain = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is in force, with every secret as <c>***</c>.</summary>
    public Task ConfigurationAsync(HttpContext context)
    {
        ServedConfiguration served = live.Current;
        return WriteAsync(context, json =>
        {
            json.WriteNumber("version", served.Version);
            json.WriteString("hash", served.Hash);
            json.WriteString("loaded_at", served.LoadedAt);
            WriteTexts(json, "last_errors", reloader.Last.Errors);
            WriteTexts(json, "needs_restart", reloader.Last.NeedsRestart);
            json.WritePropertyName("configuration");
            ConfigurationJson.Write(json, served.Gateway.Configuration);
        });
    }

    /// <summary>Keys and how they are.</summary>
    public Task KeysAsync(HttpContext context) => WriteProvidersAsync(context, static (json, link) =>
    {
        json.WriteStartArray("keys");
        foreach (var key in link.Keys.Look())
        {
            json.WriteStartObject();
            json.WriteString("id", key.Id);
            json.WriteString("state", key.State.ToString().ToLowerInvariant());
            if (key.Until is { } until)
            {
                json.WriteString("until", until);
            }

            if (key.RefusedModels.Count > 0)
            {
                WriteRefused(json, key.RefusedModels);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Breakers.</summary>
    public Task BreakersAsync(HttpContext context) => WriteProvidersAsync(context, static (json, link) =>
        json.WriteString("breaker", JsonNamingPolicy.SnakeCaseLower.ConvertName(link.Pipeline.State.ToString())));

    /// <summary>Budgets and what they came to, in exact US dollars.</summary>
    public Task BudgetsAsync(HttpContext context)
    {
        IReadOnlyList<BudgetView> views;
        try
        {
            views = live.Current.Gateway.BudgetViews();
        }
        catch (LedgerException error)
        {
            return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, error.Message);
        }

        return WriteAsync(context, json =>
        {
            json.WriteStartArray("budgets");
            foreach (BudgetView view in views)
            {
                json.WriteStartObject();
                json.WriteString("name", view.Options.Name);
                json.WriteString("scope", view.Options.Scope.ToString());
                json.WriteString("period", view.Key[(view.Key.IndexOf('@', StringComparison.Ordinal) + 1)..]);
                json.WriteString("limit_usd", view.Options.Limit.ToExactString());
                json.WriteString("spent_usd", view.Spent.ToExactString());
                json.WriteString("held_usd", view.Held.ToExactString());
                json.WriteString("left_usd", view.Left.ToExactString());
                json.WriteNumber("unpriced_attempts", view.UnpricedAttempts);
                json.WriteStartObject("this_process");
                json.WriteString("slice_usd", view.Slice.ToExactString());
                json.WriteString("reserved_usd", view.Reserved.ToExactString());
                json.WriteEndObject();
                if (view.ResetsAt is { } reset)
                {
                    json.WriteString("resets_at", reset);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Reads the file again: 200 when it is in force, 422 with all errors when the last good one stays.</summary>
    public async Task ReloadAsync(HttpContext context)
    {
        ReloadResult result = await reloader.ReloadAsync(onlyIfChanged: false);
        context.Response.StatusCode = result.IsInForce ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        await WriteAsync(context, json =>
        {
            json.WriteBoolean("in_force", result.IsInForce);
            json.WriteNumber("version", result.Version);
            WriteTexts(json, "errors", result.Errors);
            WriteTexts(json, "needs_restart", result.NeedsRestart);
        });
    }

    /// <summary>Says no.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, json => json.WriteString("error", message));
    }

    private Task WriteProvidersAsync(HttpContext context, Action<Utf8JsonWriter, Farthing.Gateway.Fallbacks.ProviderLink> write)
    {
        LlmGateway gateway = live.Current.Gateway;
        return WriteAsync(context, json =>
        {
            json.WriteStartObject("providers");
            foreach (var provider in gateway.Configuration.Providers)
            {
                json.WriteStartObject(provider.Name);
                write(json, gateway.Links[provider.Name]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private static void WriteRefused(Utf8JsonWriter json, IReadOnlyList<RefusedModel> models)
    {
        json.WriteStartArray("refused_models");
        foreach (RefusedModel refused in models)
        {
            json.WriteStartObject();
            json.WriteString("model", refused.Model);
            if (refused.Until is { } until)
            {
                json.WriteString("until", until);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> fields)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Plain);
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
    }
}
