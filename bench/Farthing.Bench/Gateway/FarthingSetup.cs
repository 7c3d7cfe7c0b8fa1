namespace Farthing.Bench.Gateway;

/// <summary>A way to set <c>farthing serve</c> up that the bench loads. To load another one, add it to <see cref="All"/>.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Yaml">The configuration; UPSTREAM and CLIENTHASH are put in.</param>
internal sealed record FarthingSetup(string Name, string Yaml)
{
    private const string Base =
        """
        providers:
          openai: {base_url: "UPSTREAM", keys: [{value: env.BENCH_PROVIDER_KEY, name: main}]}
        client_keys: [{name: bench, hash: "CLIENTHASH", tags: [bench]}]

        """;

    private const string Metrics = "admin: {listen: \"127.0.0.1:0\", key_hash: \"CLIENTHASH\", open_metrics: true}\n";
    private const string Budget = "budgets: [{name: all, scope: all, limit_usd: \"1000000\", period: total}]\n";
    private const string Cache = "semantic_cache: {enabled: true, exact: true, semantic: false, store: memory}\n";

    /// <summary>Variables that it gets: those that docs/gateway.md advises a server to be started with.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string> { ["DOTNET_GCgen0size"] = "0x1000000" };

    /// <summary>Client keys, the ledger and metrics: the setup that the goals are about.</summary>
    public static FarthingSetup Main { get; } = new("farthing", Base + Metrics);

    /// <summary>A budget pays besides.</summary>
    public static FarthingSetup Budgeted { get; } = new("farthing, budget", Base + Metrics + Budget);

    /// <summary>The exact cache is on, and the one request of the bench is in it.</summary>
    public static FarthingSetup ExactHit { get; } = new("farthing, exact hit", Base + Metrics + Cache);

    /// <summary>As it is when it is started without the variable.</summary>
    public static FarthingSetup Bare { get; } = new("farthing, no variable", Base + Metrics) { Environment = new Dictionary<string, string>() };

    /// <summary>All that are loaded, <see cref="Main"/> first.</summary>
    public static IReadOnlyList<FarthingSetup> All { get; } = [Main, Budgeted, ExactHit, Bare];
}
