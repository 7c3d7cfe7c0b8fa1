using System.Security.Cryptography;
using System.Text;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.Gateway.Clients;

/// <summary>A real <c>farthing serve</c> in front of a real <c>farthing simulate</c>, for the SDKs of all languages.</summary>
public sealed class ClientsRig : IAsyncLifetime
{
    public const string Text = "A red mug on a plain table.";
    public const int TextTokens = 7;
    private readonly ScratchFolder _folder = new();
    private ServedProcess? _simulator;
    private ServedProcess? _gateway;
    private Lazy<Task<IReadOnlyDictionary<string, NodeCase>>>? _node;

    /// <summary>Every secret of these tests, by the name of the variable that holds it.</summary>
    public static IReadOnlyDictionary<string, string> Secrets { get; } = new Dictionary<string, string>
    {
        ["SIM_OPENAI_KEY"] = "sim-openai-key-5f1c",
        ["SIM_ANTHROPIC_KEY"] = "sim-anthropic-key-7a2d",
        ["SIM_AWS_ID"] = "AKIDSIMULATED7Q",
        ["SIM_AWS_SECRET"] = "sim-aws-secret/4e+8b",
        ["SIM_AWS_ID_2"] = "ASIASIMULATED3X",
        ["SIM_AWS_SECRET_2"] = "sim-aws-secret-2c1d",
        ["SIM_AWS_TOKEN"] = "sim-aws-token/6f==",
        ["SIM_WRONG_KEY"] = "sim-wrong-key-9b9b",
        ["FARTHING_KEY"] = "fk-team-a-3s8Yq0pTz1",
        ["FARTHING_NARROW_KEY"] = "fk-narrow-7Hk2mWc9Qe",
        ["FARTHING_SLOW_KEY"] = "fk-slow-4Lr6vXn5Ju",
    };

    /// <summary>Where the gateway listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The gateway's data folder.</summary>
    internal string Data => _folder.File("data");

    /// <summary>All that the two processes printed.</summary>
    internal string Said => _gateway!.Said + "\n" + _simulator!.Said;

    /// <summary>What npm's clients made of their cases, by name. They run once.</summary>
    internal Task<IReadOnlyDictionary<string, NodeCase>> NodeAsync() => _node!.Value;

    public async ValueTask InitializeAsync()
    {
        (_simulator, Uri simulator) = await ServedProcess.StartAsync(Secrets, "simulate", "--port", "0", "--scenario", NodeRun.PathOf("scenario.yaml"));
        string yaml = await File.ReadAllTextAsync(NodeRun.PathOf("gateway.yaml"));
        string config = _folder.File("gateway.yaml");
        await File.WriteAllTextAsync(config, yaml
            .Replace("SIMULATOR", $"{simulator.AbsoluteUri}v1", StringComparison.Ordinal)
            .Replace("base_url: AWS", $"base_url: \"{simulator.GetLeftPart(UriPartial.Authority)}\"", StringComparison.Ordinal)
            .Replace("TEAM_A", Hash("FARTHING_KEY"), StringComparison.Ordinal)
            .Replace("NARROW", Hash("FARTHING_NARROW_KEY"), StringComparison.Ordinal)
            .Replace("SLOW", Hash("FARTHING_SLOW_KEY"), StringComparison.Ordinal));
        (_gateway, Address) = await ServedProcess.StartAsync(Secrets, "serve", "--config", config, "--data", Data, "--log-requests");
        _node = new(() => NodeRun.RunAsync(Address, Secrets));
    }

    /// <summary>Whatever all these tests did: no key is in a file or a log.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_gateway is not null && _simulator is not null)
            {
                await _gateway.StopAsync();
                await _simulator.StopAsync();
                SecretSearch.AssertNone(Secrets.Values, "the log", Encoding.UTF8.GetBytes(Said));
                SecretSearch.AssertNoneIn(Secrets.Values, Data);
            }
        }
        finally
        {
            await (_gateway?.DisposeAsync() ?? default);
            await (_simulator?.DisposeAsync() ?? default);
            _folder.Dispose();
        }
    }

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secrets[name])));
}

[CollectionDefinition(Name)]
public sealed class ClientsGroup : ICollectionFixture<ClientsRig>
{
    public const string Name = "gateway clients";
}
