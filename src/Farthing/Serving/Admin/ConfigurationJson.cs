using System.Text.Json;
using Farthing.Gateway.Configuration;

namespace Farthing.Serving.Admin;

/// <summary>A configuration as it is in force, in the words of its file. Keys and hashes are <c>***</c>.</summary>
internal static class ConfigurationJson
{
    private const string Hidden = "***";

    /// <summary>Writes an object.</summary>
    public static void Write(Utf8JsonWriter json, GatewayConfiguration configuration)
    {
        json.WriteStartObject();
        json.WriteStartObject("providers");
        foreach (ProviderOptions provider in configuration.Providers)
        {
            WriteProvider(json, provider);
        }

        json.WriteEndObject();
        json.WriteStartArray("fallbacks");
        foreach (FallbackChain chain in configuration.Fallbacks)
        {
            json.WriteStartObject();
            if (chain.Name is not null)
            {
                json.WriteString("name", chain.Name);
            }

            Texts(json, "targets", chain.Targets.Select(static target => target.ToString()));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("client_keys");
        foreach (ClientKeyOptions key in configuration.ClientKeys)
        {
            json.WriteStartObject();
            json.WriteString("name", key.Name);
            json.WriteString("hash", Hidden);
            json.WriteString("team", key.Team);
            Texts(json, "models", key.Models);
            json.WriteString("tags", key.Tags.Text);
            json.WriteNumber("requests_per_minute", key.RequestsPerMinute);
            json.WriteNumber("tokens_per_minute", key.TokensPerMinute);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteBudgets(json, configuration.Budgets);
        WriteCache(json, configuration.SemanticCache);
        WriteUsage(json, configuration.Usage);
        AlarmOptionsJson.Write(json, configuration.Alarms);
        WriteResilience(json, configuration.Resilience);
        WriteServer(json, configuration.Server);
        json.WriteStartObject("journal");
        json.WriteString("durability", configuration.Journal.Durability.ToString().ToLowerInvariant());
        json.WriteEndObject();
        if (configuration.Admin is { } admin)
        {
            json.WriteStartObject("admin");
            json.WriteString("listen", admin.Listen.ToString());
            json.WriteString("key_hash", Hidden);
            json.WriteBoolean("open_metrics", admin.OpenMetrics);
            json.WriteEndObject();
        }

        json.WriteStartObject("telemetry");
        json.WriteString("otlp", configuration.Telemetry.Otlp?.AbsoluteUri);
        json.WriteNumber("sample", configuration.Telemetry.Sample);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteProvider(Utf8JsonWriter json, ProviderOptions provider)
    {
        json.WriteStartObject(provider.Name);
        json.WriteString("type", provider.Row.Name);
        json.WriteString("base_url", provider.BaseUrl.AbsoluteUri);
        json.WriteString("price_as", provider.PriceAs);
        json.WriteStartObject("price_models");
        foreach (var (model, name) in provider.PriceModels)
        {
            json.WriteString(model, name);
        }

        json.WriteEndObject();
        Texts(json, "models", provider.Models);
        Texts(json, "responses_models", provider.ResponsesModels);
        if (provider.Region.Length > 0)
        {
            json.WriteString("region", provider.Region);
        }

        json.WriteBoolean("allow_link_local", provider.AllowLinkLocal);
        json.WriteBoolean("use_proxy", provider.UseProxy);
        json.WriteStartArray("keys");
        foreach (KeyOptions key in provider.Keys)
        {
            json.WriteStartObject();
            json.WriteString("name", key.Id);
            json.WriteString("value", Hidden);
            if (key.Aws is { } aws)
            {
                json.WriteString("secret", Hidden);
                if (aws.SessionToken is not null)
                {
                    json.WriteString("session_token", Hidden);
                }
            }

            json.WriteNumber("weight", key.Weight);
            Texts(json, "models", key.Models);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBudgets(Utf8JsonWriter json, IReadOnlyList<BudgetOptions> budgets)
    {
        json.WriteStartArray("budgets");
        foreach (BudgetOptions budget in budgets)
        {
            json.WriteStartObject();
            json.WriteString("name", budget.Name);
            json.WriteString("scope", budget.Scope.ToString());
            json.WriteString("limit_usd", budget.Limit.ToExactString());
            json.WriteString("period", budget.Period.ToString().ToLowerInvariant());
            json.WriteString("unpriced", budget.AllowsUnpriced ? "allow" : "refuse");
            json.WriteNumber("max_output_tokens", budget.MaxOutputTokens);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCache(Utf8JsonWriter json, SemanticCacheOptions options)
    {
        json.WriteStartObject("semantic_cache");
        json.WriteBoolean("enabled", options.Enabled);
        json.WriteString("mode", options.Shadow ? "shadow" : "serve");
        json.WriteBoolean("exact", options.Exact);
        json.WriteBoolean("semantic", options.Semantic);
        json.WriteNumber("similarity_threshold", options.SimilarityThreshold);
        json.WriteNumber("ttl_seconds", options.Ttl.TotalSeconds);
        json.WriteString("embedder", options.Embedder?.ToString() ?? "local");
        json.WriteNumber("embedding_seconds", options.EmbeddingTime.TotalSeconds);
        Texts(json, "lists", options.Lists);
        WriteTenants(json, options);
        json.WriteNumber("max_entries", options.MaxEntries);
        json.WriteNumber("max_memory_mb", options.MaxMemoryMiB);
        json.WriteNumber("max_answer_kb", options.MaxAnswerKiB);
        json.WriteNumber("max_store_mb", options.MaxStoreMiB);
        json.WriteString("store", options.Redis is null ? options.Store.ToString().ToLowerInvariant() : Hidden);
        json.WriteBoolean("log_texts", options.LogsTexts);
        json.WriteEndObject();
    }

    private static void WriteTenants(Utf8JsonWriter json, SemanticCacheOptions options)
    {
        json.WriteStartObject("tenants");
        foreach (var (name, tenant) in options.Tenants)
        {
            json.WriteStartObject(name);
            json.WriteNumber("similarity_threshold", options.ThresholdOf(name));
            Texts(json, "lists", tenant.Lists);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, UsageOptions? options)
    {
        if (options is null)
        {
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("max_skew_seconds", options.MaxSkew.TotalSeconds);
        json.WriteNumber("max_body_mb", options.MaxBodyMiB);
        json.WriteNumber("max_events", options.MaxEvents);
        json.WriteNumber("max_queued_events", options.MaxQueued);
        json.WriteNumber("lease_timeout_seconds", options.LeaseTimeout.TotalSeconds);
        Texts(json, "clients", options.Clients);
        json.WriteEndObject();
    }

    private static void WriteResilience(Utf8JsonWriter json, ResilienceOptions options)
    {
        json.WriteStartObject("resilience");
        json.WriteNumber("retries", options.Retries);
        json.WriteNumber("retry_delay_seconds", options.RetryDelay.TotalSeconds);
        json.WriteNumber("max_retry_delay_seconds", options.MaxRetryDelay.TotalSeconds);
        json.WriteNumber("hedge_after_seconds", options.HedgeAfter.TotalSeconds);
        json.WriteNumber("connect_seconds", options.Connect.TotalSeconds);
        json.WriteNumber("attempt_seconds", options.Attempt.TotalSeconds);
        json.WriteNumber("total_seconds", options.Total.TotalSeconds);
        json.WriteNumber("stream_idle_seconds", options.StreamIdle.TotalSeconds);
        json.WriteNumber("breaker_failure_ratio", options.BreakerFailureRatio);
        json.WriteNumber("breaker_minimum", options.BreakerMinimum);
        json.WriteNumber("breaker_window_seconds", options.BreakerWindow.TotalSeconds);
        json.WriteNumber("breaker_break_seconds", options.BreakerBreak.TotalSeconds);
        json.WriteNumber("key_cooling_seconds", options.KeyCooling.TotalSeconds);
        json.WriteNumber("key_probe_seconds", options.KeyProbe.TotalSeconds);
        json.WriteEndObject();
    }

    private static void WriteServer(Utf8JsonWriter json, ServerOptions options)
    {
        json.WriteStartObject("server");
        json.WriteString("listen", options.Listen.ToString());
        json.WriteNumber("max_body_mb", options.MaxBodyMiB);
        json.WriteNumber("max_answer_mb", options.MaxAnswerMiB);
        json.WriteNumber("max_headers_kb", options.MaxHeadersKiB);
        json.WriteNumber("headers_timeout_seconds", options.HeadersTimeout.TotalSeconds);
        json.WriteNumber("min_bytes_per_second", options.MinBytesPerSecond);
        json.WriteNumber("max_connections", options.MaxConnections);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
