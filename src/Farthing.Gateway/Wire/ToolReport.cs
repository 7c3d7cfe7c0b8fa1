using System.Text.Json;
using Farthing.Ledger.Prices;

namespace Farthing.Gateway.Wire;

/// <summary>
/// What a provider says that it did for an answer beside tokens. OpenAI's responses have an item for each call of a tool; the others count calls
/// in their usage.
/// </summary>
/// <remarks>Tools that the client runs are none of these, nor are calls of a tool server (MCP), which cost their tokens alone.</remarks>
public sealed class ToolReport
{
    private readonly HashSet<string> _machines = new(StringComparer.Ordinal);
    private long? _searches;
    private long? _sources;
    private long? _citations;
    private long _searchItems;
    private long _fileSearches;
    private long _pictures;
    private long _others;

    /// <summary>How much a search read: <c>low</c>, <c>high</c>, or empty; null where the provider does not say.</summary>
    public string? SearchSize { get; private set; }

    /// <summary>Reads a field of a usage object; false where it is none of these. The reader stands on its name, and ends on its value.</summary>
    internal static bool TryRead(ref Utf8JsonReader json, ref ToolReport? report)
    {
        if (json.ValueTextEquals("web_search_requests"u8) || json.ValueTextEquals("num_search_queries"u8) || json.ValueTextEquals("web_search_calls"u8))
        {
            UsageReport.Take(ref json, ref (report ??= new())._searches);
        }
        else if (json.ValueTextEquals("num_sources_used"u8))
        {
            UsageReport.Take(ref json, ref (report ??= new())._sources);
        }
        else if (json.ValueTextEquals("citation_tokens"u8))
        {
            UsageReport.Take(ref json, ref (report ??= new())._citations);
        }
        else if (json.ValueTextEquals("search_context_size"u8))
        {
            json.Read();
            if (json.TokenType == JsonTokenType.String)
            {
                (report ??= new()).SearchSize = Size(ref json);
            }
            else
            {
                json.Skip();
            }
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Reads an item of a response, or a block of a message; the reader stands on its start and ends on its end.</summary>
    internal static void ReadItem(ref Utf8JsonReader json, ref ToolReport? report)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        var depth = json.CurrentDepth;
        string? type = null, machine = null;
        var isSearch = false;
        var looks = false;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isOwn = json.CurrentDepth == depth + 1;
            if (isOwn && json.ValueTextEquals("type"u8))
            {
                type = json.Read() && json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
            else if (isOwn && json.ValueTextEquals("container_id"u8))
            {
                machine = json.Read() && json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
            else if (isOwn && json.ValueTextEquals("name"u8))
            {
                json.Read();
                isSearch = json.TokenType == JsonTokenType.String && json.ValueTextEquals("web_search"u8);
            }
            else if (isOwn && json.ValueTextEquals("action"u8))
            {
                json.Read();
            }
            else if (!isOwn && json.ValueTextEquals("type"u8))
            {
                // To open a page of what was found, or to look for a word in it, is no search.
                json.Read();
                looks |= json.TokenType == JsonTokenType.String && (json.ValueTextEquals("open_page"u8) || json.ValueTextEquals("find_in_page"u8) || json.ValueTextEquals("find"u8));
            }
            else
            {
                json.Skip();
            }
        }

        if (type == "server_tool_use" && isSearch)
        {
            (report ??= new())._searchItems++;
        }
        else if (type is not null && type.EndsWith("_call", StringComparison.Ordinal))
        {
            Count(type, looks, machine, ref report);
        }
    }

    /// <summary>What is billed by its count.</summary>
    /// <param name="report">What was reported; null for nothing.</param>
    /// <param name="searchesOnce">Whether the model searches the web for each answer, and does not say so.</param>
    /// <param name="request">The body that was sent, which says how much a search is to read where the provider does not.</param>
    /// <param name="isCut">Whether a last count may be missing.</param>
    internal static string? Uses(ToolReport? report, bool searchesOnce, ReadOnlyMemory<byte> request, bool isCut)
    {
        if (report is null && !searchesOnce)
        {
            return null;
        }

        // Perplexity bills a request by how much its searches read, however many these are; its deep research by their number.
        var seen = report is { _searchItems: > 0 } ? report._searchItems : searchesOnce ? 1 : 0;
        var searches = report is { SearchSize: not null, _citations: null } ? 1 : isCut ? Math.Max(report?._searches ?? 0, seen) : report?._searches ?? seen;
        List<ToolUse> uses = [];
        var size = searches == 0 ? "" : report?.SearchSize ?? SizeOf(request.Span);
        Add(Meters.WebSearches, searches, size is "low" or "high" ? PriceTier.Search(size) : "");
        Add(Meters.SearchSources, report?._sources ?? 0);
        Add(Meters.CitationTokens, report?._citations ?? 0);
        Add(Meters.FileSearches, report?._fileSearches ?? 0);
        Add(Meters.CodeSessions, report?._machines.Count ?? 0);
        Add(Meters.Images, report?._pictures ?? 0);
        Add(Meters.ProviderToolCalls, report?._others ?? 0);
        return ToolUse.Text(uses);

        void Add(string meter, long count, string tier = "")
        {
            if (count > 0)
            {
                uses.Add(new ToolUse(meter, tier, count));
            }
        }
    }

    /// <summary>How much a request wants of a search to be read.</summary>
    internal static string SizeOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("search_context_size"u8))
                {
                    return json.Read() && json.TokenType == JsonTokenType.String ? Size(ref json) : "";
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The body was read before; what can't be read now says nothing.
        }

        return "";
    }

    private static void Count(string type, bool looks, string? machine, ref ToolReport? report)
    {
        switch (type)
        {
            case "function_call" or "custom_tool_call" or "computer_call" or "local_shell_call" or "shell_call" or "apply_patch_call" or "mcp_call" or "tool_search_call":
                break;
            case "web_search_call":
                (report ??= new())._searchItems += looks ? 0 : 1;
                break;
            case "file_search_call":
                (report ??= new())._fileSearches++;
                break;
            case "code_interpreter_call":
                (report ??= new())._machines.Add(machine ?? "");
                break;
            case "image_generation_call":
                (report ??= new())._pictures++;
                break;
            default:
                (report ??= new())._others++;
                break;
        }
    }

    private static string Size(ref Utf8JsonReader json) => json.ValueTextEquals("low"u8) ? "low" : json.ValueTextEquals("high"u8) ? "high" : "";
}
