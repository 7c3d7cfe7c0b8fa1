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

    /// <summary>Variables that it gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Client keys and the ledger: the setup that the goals are about.</summary>
    public static FarthingSetup Main { get; } = new("farthing", Base);

    /// <summary>All that are loaded, <see cref="Main"/> first.</summary>
    public static IReadOnlyList<FarthingSetup> All { get; } = [Main];
}
