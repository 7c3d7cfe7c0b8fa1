using System.Net;
using System.Security.Cryptography;
using Farthing.Gateway;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Bridging;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Serving;
using Farthing.Serving.Usage;
using Farthing.Terminal;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Farthing.Commands;

/// <summary>Serves until it is told to stop, then lets calls end and books what is left.</summary>
internal sealed class ServeRun(Host host)
{
    private const string JournalName = "gateway-journal";

    /// <summary>The configuration's file.</summary>
    public required string Config { get; init; }

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>The price book's file; null for the default book.</summary>
    public string? Prices { get; init; }

    /// <summary>Listens here instead of where the configuration says.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Whether every call is logged.</summary>
    public bool LogsRequests { get; init; }

    /// <summary>Steps: 1. configuration, 2. ledger, and what a killed process left, 3. the server, 4. until stopped, 5. the end in the reverse order.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        GatewayConfiguration configuration = Read();
        PriceBook? chosen = Prices is null ? null : PriceBook.Load(Prices);
        using ILoggerFactory log = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogsRequests ? LogLevel.Information : LogLevel.Warning)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddProvider(new ScreenLog(host.Screen, host.Time)));
        using LedgerStore file = DataFolder.At(Data).OpenLedger();
        if (file is not SqliteFile)
        {
            throw new UsageException("The gateway books its attempts into a SQLite ledger only: name a folder with --data.");
        }

        PriceBook book = new PriceStore(file, host.Time).Layered(chosen);
        using AttemptPoster poster = AttemptPoster.Open(file, book);
        var writer = new LedgerWriter(poster, host.Time, log.CreateLogger<LedgerWriter>());
        string root = Path.Combine(Data, JournalName);
        writer.Recover(root);

        using AttemptJournal journal = AttemptJournal.Open(root, Guid.CreateVersion7(host.Time.GetUtcNow()).ToString("N"));
        using var gateway = new LlmGateway(configuration, new GatewayMeans(journal, book, host.Time, NextDouble, log) { Bridges = TranslationBridge.Both(host.Time) });
        using var usage = UsageServing.Open(configuration.Usage, () => gateway.Clients, file, host.Places.Variable(Places.LedgerVariable), chosen, host.Time, log);
        await using WebApplication server = GatewayServer.Build(gateway, log, host.Time, () => Guid.CreateVersion7(host.Time.GetUtcNow()).ToString("N"));
        usage?.Map(server);
        await StartAsync(server, configuration.Server.Listen);
        host.Screen.Write("Listening on " + string.Join(", ", server.Urls));

        using var signals = new StopSignals(host.Screen.Note, "Stopping: calls under way may end. Once more ends at once.");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, signals.Token);
        using var booksClosed = new CancellationTokenSource();
        Task booking = writer.RunAsync(journal, booksClosed.Token);
        Task receiving = usage?.Queue.RunAsync(booksClosed.Token) ?? Task.CompletedTask;
        Task probing = gateway.Prober.RunAsync(either.Token);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, either.Token), booking);
        await server.StopAsync(CancellationToken.None);
        await booksClosed.CancelAsync();
        await Task.WhenAll(booking, probing, receiving);
        return ExitCodes.Done;
    }

    private static double NextDouble() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);

    private GatewayConfiguration Read()
    {
        try
        {
            GatewayConfiguration configuration = GatewayConfiguration.Load(Config, host.Places.Variable);
            foreach (string warning in configuration.Warnings)
            {
                host.Screen.Note("warning: " + warning);
            }

            return Listen is null ? configuration : configuration with { Server = configuration.Server with { Listen = Listen } };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config '{Config}' can't be read: {e.Message}");
        }
    }

    private static async Task StartAsync(WebApplication server, IPEndPoint listen)
    {
        try
        {
            await server.StartAsync();
        }
        catch (IOException e)
        {
            throw new UsageException($"The gateway can't listen on {listen}: {e.Message} Choose another with --listen, or stop what is there.");
        }
    }
}
