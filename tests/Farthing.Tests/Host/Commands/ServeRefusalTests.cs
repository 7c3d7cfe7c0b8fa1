using System.Net;
using System.Net.Sockets;

namespace Farthing.Tests.Host.Commands;

public sealed class ServeRefusalTests : IDisposable
{
    private const string Providers = "providers: {openai: {keys: [{value: env.OPENAI_KEY}]}}\n";
    private const string Good = Providers + "server: {listen: \"127.0.0.1:0\"}\n";

    // TEST-NET-3 (RFC 5737): no machine has it.
    private const string Elsewhere = "203.0.113.7:9851";

    private readonly HostRig _rig = new();

    public ServeRefusalTests() => _rig.Set("OPENAI_KEY", "sk");

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("none.yaml", "Could not find file")]
    [InlineData("folder", "It is a folder.")]
    public async Task A_price_book_that_is_not_there_is_exit_5(string prices, string why)
    {
        Directory.CreateDirectory(Path.Combine(_rig.Folder, "folder"));

        Assert.Equal(ExitCodes.Ledger, await ServeAsync(Good, "--prices", prices));
        Assert.Contains($"The price book '{Path.Combine(_rig.Folder, prices)}' can't be read: {why}", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("leave --prices out", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"server: {{listen: \"{Elsewhere}\"}}\nclient_keys: []\n", "--listen")]
    [InlineData($"server: {{listen: \"127.0.0.1:0\"}}\nadmin: {{listen: \"{Elsewhere}\", key_hash: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}}\n", "admin.listen")]
    public async Task An_address_of_another_machine_is_exit_2(string listen, string setting)
    {
        Assert.Equal(ExitCodes.Usage, await ServeAsync(Providers + listen));
        Assert.Contains($"The gateway can't listen on {Elsewhere}: ", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains($"Write an address that this machine has with {setting}", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_exit_2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        Assert.Equal(ExitCodes.Usage, await ServeAsync($"{Providers}server: {{listen: \"{taken.LocalEndpoint}\"}}\n"));
        Assert.Contains("address already in use. Choose another with --listen", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_can_not_be_written_is_exit_5()
    {
        _rig.Write("user/farthing/gateway-journal", "a file in its place");

        Assert.Equal(ExitCodes.Ledger, await ServeAsync(Good));
        Assert.Contains($"Calls can't be written down in '{Path.Combine(_rig.Data, "gateway-journal")}'", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("name another folder with --data", _rig.Notes.Output, StringComparison.Ordinal);
    }

    private Task<int> ServeAsync(string yaml, params string[] more) => _rig.RunAsync(["serve", "--config", _rig.Write("gateway.yaml", yaml), .. more]);
}
