namespace Farthing.Gateway.Wire;

/// <summary>What providers call the service that a request was answered by, as tiers of prices name it.</summary>
public static class ServiceTier
{
    private const int Longest = 32;

    /// <summary>The tier, such as <c>priority</c>; empty for what is billed as the standard one.</summary>
    /// <param name="said">The provider's word, or the client's for what it wants.</param>
    public static string Of(string said) => said switch
    {
        // 'auto' leaves it to the provider, and an answer says what that came to; 'on_demand' is Groq's word.
        "" or "auto" or "default" or "standard" or "standard_only" or "on_demand" => "",
        "batches" => "batch",
        _ => said.Length <= Longest && said.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_') ? said : "unknown",
    };
}
