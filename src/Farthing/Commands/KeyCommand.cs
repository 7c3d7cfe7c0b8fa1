using System.CommandLine;
using Farthing.Gateway.Keys;

namespace Farthing.Commands;

/// <summary><c>farthing key</c></summary>
internal static class KeyCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("key", "Makes a key for a client of the gateway. It is printed once and kept nowhere; the configuration gets its hash.");
        command.SetAction(_ =>
        {
            string key = ClientKeys.Create();
            host.Screen.Write("key:  " + key);
            host.Screen.Write($"hash: \"sha256:{ClientKeys.HashOf(key)}\"");
            return ExitCodes.Done;
        });
        return command;
    }
}
