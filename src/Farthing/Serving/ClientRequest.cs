using System.Buffers;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Posting;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary>What the gateway reads of a client's request beside its JSON: its key, its tags, its headers, its bytes.</summary>
internal static class ClientRequest
{
    private const string Bearer = "Bearer ";

    // What reads more than this takes its time, which the thread that reads the sockets does not have (SocketThreads).
    private const int LongBody = 64 * 1024;

    private static readonly string[] PassedHeaders = ["anthropic-version", "anthropic-beta", "openai-beta"];

    /// <summary>The key that the client shows, wherever its SDK puts it; null for none.</summary>
    public static string? Key(HttpRequest request)
    {
        string? authorization = request.Headers.Authorization;
        return authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
            : request.Headers.TryGetValue("x-api-key", out var anthropic) ? anthropic.ToString()
            : request.Headers.TryGetValue("api-key", out var azure) ? azure.ToString()
            : null;
    }

    /// <summary>The client's headers that a provider of its shape gets.</summary>
    public static GatewayError? Passed(HttpRequest request, out IReadOnlyList<(string Name, string Value)> passed)
    {
        List<(string, string)> found = [];
        passed = found;
        foreach (string name in PassedHeaders)
        {
            if (!request.Headers.TryGetValue(name, out var value))
            {
                continue;
            }

            // They are read as UTF-8 and sent as ASCII: what can't be sent would look like the provider's fault.
            if (!value.ToString().All(static c => c is >= ' ' and <= '~'))
            {
                return new GatewayError(400, "bad_header", $"The header {name} can't be sent on: it may have the letters, digits and signs of ASCII alone.");
            }

            found.Add((name, value.ToString()));
        }

        return null;
    }

    /// <summary>The tags of the key and of <c>x-farthing-tags</c> together.</summary>
    public static GatewayError? Tags(HttpRequest request, ClientKeyOptions? key, out TagSet tags)
    {
        tags = key?.Tags ?? TagSet.None;
        if (!request.Headers.TryGetValue("x-farthing-tags", out var written))
        {
            return null;
        }

        try
        {
            if (TenantTag.Fault(TagSet.Parse(written), tags, key?.NamesTenants ?? true) is { } fault)
            {
                return new GatewayError(400, "bad_tags", $"The header x-farthing-tags can't be booked: {fault}");
            }

            tags = TagSet.Parse($"{tags.Text},{written}");
            return null;
        }
        catch (FormatException error)
        {
            return new GatewayError(400, "bad_tags", $"The header x-farthing-tags can't be booked: {error.Message}");
        }
    }

    /// <summary>Reads the whole body. The server's own limit holds for its length.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, too slow, or ends too early.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> BodyAsync(HttpRequest request, CancellationToken stop)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(stop);
            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (body.Length > LongBody)
                {
                    await Task.Yield();
                }

                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
