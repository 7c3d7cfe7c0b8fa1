using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Farthing.Commands;
using Farthing.Gateway.Keys;
using Farthing.Terminal;
using Farthing.Tests.Rendering;
using Spectre.Console.Testing;

namespace Farthing.Tests.Host.Commands;

public sealed partial class ServeRunTests
{
    private const string AdminSecret = "fk-the-admins-own-key";

    [Fact]
    public async Task A_hang_up_signal_reloads_and_the_admins_port_says_so()
    {
        using var folder = new ScratchFolder();
        using TestConsole result = new TestConsole().Width(300), notes = new TestConsole().Width(300);
        var host = new Farthing.Host(
            new Screen(result, notes, isLive: false), new Places(static name => name == "K" ? "sk-serve-run" : null, folder.FullName, folder.FullName, folder.FullName), TimeProvider.System);
        string yaml = $$$"""
            providers: {openai: {keys: [{value: env.K}]}}
            server: {listen: "127.0.0.1:0"}
            admin: {listen: "127.0.0.1:0", key_hash: "sha256:{{{ClientKeys.HashOf(AdminSecret)}}}"}

            """;
        string config = folder.File("gateway.yaml");
        await File.WriteAllTextAsync(config, yaml, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        Task<int> serving = new ServeRun(host) { Config = config, Data = folder.File("data") }.RunAsync(stop.Token);
        while (!Admin().IsMatch(result.Output))
        {
            if (serving.IsCompleted)
            {
                Assert.Fail($"It ended with {await serving}: {notes.Output}");
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        using var client = new HttpClient { BaseAddress = new Uri(Admin().Match(result.Output).Groups[1].Value) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminSecret);
        Assert.Contains("\"version\": 1", await client.GetStringAsync(new Uri("/admin/v1/configuration", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await File.WriteAllTextAsync(config, yaml + "fallbacks: [[openai/gpt-4o-mini]]\n", TestContext.Current.CancellationToken);
        using (Process kill = Process.Start("kill", ["-HUP", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        string told = "";
        while (!told.Contains("openai/gpt-4o-mini", StringComparison.Ordinal))
        {
            told = await client.GetStringAsync(new Uri("/admin/v1/configuration", UriKind.Relative), TestContext.Current.CancellationToken);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain("sk-serve-run", told, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Done, await serving);
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder.File("data"), "gateway-journal")));
    }

    [GeneratedRegex("Admin on (http://[0-9.:]+)")]
    private static partial Regex Admin();
}
