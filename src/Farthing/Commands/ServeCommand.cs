using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Farthing.Commands;

/// <summary><c>farthing serve</c></summary>
internal static class ServeCommand
{
    private static readonly Option<string> Config = new("--config")
    {
        HelpName = "FILE",
        Description = "The gateway's configuration, such as gateway.yaml.",
        Required = true,
    };

    private static readonly Option<string?> Listen = new("--listen")
    {
        HelpName = "IP:PORT",
        Description = "Address and port instead of the configuration's. Default there: 127.0.0.1:8080.",
    };

    private static readonly Option<bool> LogRequests = new("--log-requests") { Description = "Log a line for every call, without prompts." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("serve", "One HTTP endpoint in front of every LLM call: keys, fallbacks, and every attempt booked in the ledger.")
        {
            Config,
            Listen,
            LogRequests,
            RenderOptions.Prices,
            SharedOptions.Data,
        };
        command.SetAction((line, stop) => RunAsync(host, line.CommandResult, stop));
        return command;
    }

    private static Task<int> RunAsync(Host host, SymbolResult line, CancellationToken stop)
    {
        if (line.GetValue(Config) is not { Length: > 0 } config)
        {
            throw new UsageException("--config is empty. Name the gateway's configuration.");
        }

        string? listen = line.GetValue(Listen);
        if (listen is not null && (!IPEndPoint.TryParse(listen, out IPEndPoint? parsed) || !listen.EndsWith($":{parsed.Port}", StringComparison.Ordinal)))
        {
            throw new UsageException($"--listen '{listen}' is nothing to listen on. Write an IP address and a port, such as 127.0.0.1:8080.");
        }

        return new ServeRun(host)
        {
            Config = host.Places.Full(config),
            Data = host.Places.Data(line.GetValue(SharedOptions.Data)),
            Prices = line.GetValue(RenderOptions.Prices) is { Length: > 0 } prices ? host.Places.Full(prices) : null,
            Listen = listen is null ? null : IPEndPoint.Parse(listen),
            LogsRequests = line.GetValue(LogRequests),
        }.RunAsync(stop);
    }
}
