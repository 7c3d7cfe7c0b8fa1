using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Keys;

/// <summary>One virtual key: what it may ask for, and how often.</summary>
/// <param name="options">As configured.</param>
/// <param name="time">The clock.</param>
public sealed class ClientKey(ClientKeyOptions options, TimeProvider time)
{
    // A JSON prompt has about four bytes a token. That much is taken before a call, and what it came to afterwards.
    private const int BytesPerToken = 4;

    private readonly MinuteBucket _calls = new(options?.RequestsPerMinute ?? 0, time);
    private readonly MinuteBucket _tokens = new(options?.TokensPerMinute ?? 0, time);

    /// <summary>As configured.</summary>
    public ClientKeyOptions Options => options;

    /// <summary>Whether it may use a target, asked for by a client's own name of it.</summary>
    public bool Allows(string asked, ModelTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return options.Models.Count == 0 || options.Models.Any(allowed =>
            allowed == asked || allowed == target.ToString() || allowed == target.Model || allowed == target.Provider + "/*");
    }

    /// <summary>Goes on with the buckets of the same key of an earlier configuration.</summary>
    internal void CarryFrom(ClientKey earlier)
    {
        if (earlier.Options.RequestsPerMinute > 0)
        {
            _calls.CarryFrom(earlier._calls);
        }

        if (earlier.Options.TokensPerMinute > 0)
        {
            _tokens.CarryFrom(earlier._tokens);
        }
    }

    /// <summary>Takes one call and what its prompt may have, where a call and any token are left in this minute.</summary>
    /// <param name="bytes">The length of the body.</param>
    /// <param name="isTokens">Whether it is the tokens that are used up.</param>
    /// <returns>Null when it may be made; else how long until it may.</returns>
    public TimeSpan? TryTake(int bytes, out bool isTokens)
    {
        var wait = _tokens.TryTake(bytes / BytesPerToken, needed: 1);
        isTokens = wait is not null;
        if (wait is null && _calls.TryTake(1, needed: 1) is { } longer)
        {
            _tokens.Take(-bytes / BytesPerToken);
            return longer;
        }

        return wait;
    }

    /// <summary>Counts the tokens of a call's attempts, in the place of what was taken for its prompt.</summary>
    internal void Count(int bytes, long tokens) => _tokens.Take(tokens - (bytes / BytesPerToken));
}
