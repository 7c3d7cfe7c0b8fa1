using System.Diagnostics;
using System.Text.Json;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Gateway.Clients;

/// <summary>What a case of npm's clients came to.</summary>
internal sealed record NodeCase(string Name, bool Ok, string? Error);

/// <summary>Runs the cases of <c>tests/clients</c> in one process of Node.</summary>
internal static class NodeRun
{
    public static string PathOf(string name) => Path.Combine(Golden.RepositoryRoot, "tests", "clients", name);

    public static async Task<IReadOnlyDictionary<string, NodeCase>> RunAsync(Uri gateway, IReadOnlyDictionary<string, string> secrets)
    {
        if (!Directory.Exists(PathOf("node_modules")))
        {
            throw new InvalidOperationException("The packages of tests/clients are not installed. Run eng/test.sh, which installs them; or 'npm ci' in tests/clients.");
        }

        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = PathOf("") };
        start.ArgumentList.Add(PathOf("run.mjs"));
        start.Environment["FARTHING_URL"] = gateway.GetLeftPart(UriPartial.Authority);
        foreach (var (name, value) in secrets)
        {
            start.Environment[name] = value;
        }

        using var node = Process.Start(start)!;
        Task<string> errors = node.StandardError.ReadToEndAsync();
        Dictionary<string, NodeCase> cases = [];
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            NodeCase found = JsonSerializer.Deserialize<NodeCase>(line, JsonSerializerOptions.Web)!;
            cases.Add(found.Name, found);
        }

        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"node ended with {node.ExitCode}: {await errors}");
        return cases;
    }
}
