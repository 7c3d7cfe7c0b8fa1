using System.Text.Json;
using Farthing.Gateway;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary><c>/v1/models</c>: what the configuration names, in the shape of the SDK that asks.</summary>
internal sealed class ModelsEndpoint(LlmGateway gateway)
{
    /// <summary>The list.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await IsRefusedAsync(context))
        {
            return;
        }

        var models = gateway.Routing.Models();
        bool anthropic = IsAnthropic(context);
        await WriteAsync(context, json =>
        {
            if (!anthropic)
            {
                json.WriteString("object"u8, "list"u8);
            }

            json.WriteStartArray("data"u8);
            foreach (var (name, owner) in models)
            {
                json.WriteStartObject();
                WriteModel(json, name, owner, anthropic);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (anthropic)
            {
                json.WriteBoolean("has_more"u8, false);
                json.WriteString("first_id"u8, models.Count > 0 ? models[0].Name : null);
                json.WriteString("last_id"u8, models.Count > 0 ? models[^1].Name : null);
            }
        });
    }

    /// <summary>One model.</summary>
    public async Task OneAsync(HttpContext context)
    {
        if (await IsRefusedAsync(context))
        {
            return;
        }

        // SDKs write the slash of a name as %2F, which routing leaves as it is.
        string asked = (context.Request.RouteValues["id"] as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var (name, owner) = gateway.Routing.Models().FirstOrDefault(model => model.Name == asked);
        if (name is null)
        {
            await RefuseAsync(context, new GatewayError(404, "model_not_found", "The configuration names no such model; GET /v1/models lists what it names.", "model"));
            return;
        }

        await WriteAsync(context, json => WriteModel(json, name, owner, IsAnthropic(context)));
    }

    /// <summary>Whether an error or a list is for Anthropic's SDK.</summary>
    internal static bool IsAnthropic(HttpContext context) => context.Request.Headers.ContainsKey("anthropic-version");

    private static Task RefuseAsync(HttpContext context, GatewayError error)
    {
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(error.Body(IsAnthropic(context) ? WireShape.Messages : WireShape.Chat)).AsTask();
    }

    private static void WriteModel(Utf8JsonWriter json, string name, string owner, bool anthropic)
    {
        json.WriteString("id"u8, name);
        if (anthropic)
        {
            json.WriteString("type"u8, "model"u8);
            json.WriteString("display_name"u8, name);
            json.WriteString("created_at"u8, "1970-01-01T00:00:00Z"u8);
        }
        else
        {
            json.WriteString("object"u8, "model"u8);
            json.WriteNumber("created"u8, 0);
            json.WriteString("owned_by"u8, owner);
        }
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> fields)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
    }

    private async ValueTask<bool> IsRefusedAsync(HttpContext context)
    {
        if (!gateway.Clients.AreNeeded || gateway.Clients.Find(ClientRequest.Key(context.Request)) is ClientKey)
        {
            return false;
        }

        await RefuseAsync(context, new GatewayError(401, "invalid_api_key", "The key is missing or unknown: send one of this gateway's keys (fk-…)."));
        return true;
    }
}
