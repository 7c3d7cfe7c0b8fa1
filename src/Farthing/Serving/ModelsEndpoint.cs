using System.Text.Json;
using Farthing.Gateway;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary><c>/v1/models</c>: what the configuration names and the client's key may ask for, in the shape of the SDK that asks.</summary>
internal sealed class ModelsEndpoint(LlmGateway gateway)
{
    /// <summary>The list.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The provider that the route is for; null for a route of all.</param>
    public async Task ListAsync(HttpContext context, string? route)
    {
        ClientKey? key = Key(context);
        if (await IsRefusedAsync(context, key))
        {
            return;
        }

        IReadOnlyList<ListedModel> models = [.. gateway.Routing.Models(route).Where(model => key is null || key.Allows(model.Name, model.Target))];
        bool anthropic = IsAnthropic(context);
        bool hasMore = false;
        if (anthropic)
        {
            if (ModelPage.Read(context.Request.Query, models, out ModelPage page) is { } bad)
            {
                await RefuseAsync(context, bad);
                return;
            }

            (models, hasMore) = page;
        }

        await WriteAsync(context, json =>
        {
            if (!anthropic)
            {
                json.WriteString("object"u8, "list"u8);
            }

            json.WriteStartArray("data"u8);
            foreach (ListedModel model in models)
            {
                json.WriteStartObject();
                WriteModel(json, model, anthropic);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (anthropic)
            {
                json.WriteBoolean("has_more"u8, hasMore);
                json.WriteString("first_id"u8, models.Count > 0 ? models[0].Name : null);
                json.WriteString("last_id"u8, models.Count > 0 ? models[^1].Name : null);
            }
        });
    }

    /// <summary>One model: any that a call of this key may name, for a provider may have more than the configuration lists.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The provider that the route is for; null for a route of all.</param>
    public async Task OneAsync(HttpContext context, string? route)
    {
        ClientKey? key = Key(context);
        if (await IsRefusedAsync(context, key))
        {
            return;
        }

        // SDKs write the slash of a name as %2F, which routing leaves as it is.
        string asked = (context.Request.RouteValues["id"] as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (gateway.Routing.Model(asked, route) is not { } model || key?.Allows(asked, model.Target) == false)
        {
            await RefuseAsync(context, new GatewayError(404, "model_not_found", "There is no such model here, or not for this key; GET /v1/models lists what the configuration names.", "model"));
            return;
        }

        await WriteAsync(context, json => WriteModel(json, model, IsAnthropic(context)));
    }

    /// <summary>Whether an error or a list is for Anthropic's SDK.</summary>
    internal static bool IsAnthropic(HttpContext context) => context.Request.Headers.ContainsKey("anthropic-version");

    private static Task RefuseAsync(HttpContext context, GatewayError error)
    {
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(error.Body(IsAnthropic(context) ? WireShape.Messages : WireShape.Chat)).AsTask();
    }

    private static void WriteModel(Utf8JsonWriter json, ListedModel model, bool anthropic)
    {
        json.WriteString("id"u8, model.Name);
        if (anthropic)
        {
            json.WriteString("type"u8, "model"u8);
            json.WriteString("display_name"u8, model.Name);
            json.WriteString("created_at"u8, "1970-01-01T00:00:00Z"u8);
        }
        else
        {
            json.WriteString("object"u8, "model"u8);
            json.WriteNumber("created"u8, 0);
            json.WriteString("owned_by"u8, model.Owner);
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

    private ClientKey? Key(HttpContext context) => gateway.Clients.Find(ClientRequest.Key(context.Request));

    private async ValueTask<bool> IsRefusedAsync(HttpContext context, ClientKey? key)
    {
        if (!gateway.Clients.AreNeeded || key is not null)
        {
            return false;
        }

        await RefuseAsync(context, new GatewayError(401, "invalid_api_key", "The key is missing or unknown: send one of this gateway's keys (fk-…)."));
        return true;
    }
}
