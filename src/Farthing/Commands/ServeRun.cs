using System.Net;
using System.Security.Cryptography;
using Farthing.Alarms;
using Farthing.Gateway;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Bridging;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Serving;
using Farthing.Serving.Admin;
using Farthing.Serving.Live;
using Farthing.Serving.Telemetry;
using Farthing.Serving.Template;
using Farthing.Serving.Usage;
using Farthing.Terminal;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Farthing.Commands;

/// <summary>Serves until it is told to stop, then lets calls end and books what is left.</summary>
internal sealed class ServeRun(Host host)
{
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

    /// <summary>
    /// Steps: 1. configuration, 2. ledger, and what a killed process left, 3. the server, and the admin's, 4. until stopped, 5. the end in the
    /// reverse order.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        bool isWatched = !ConfigurationFile.MayBlock(Config);
        var (text, configuration) = Start();
        if (!isWatched)
        {
            host.Screen.Note($"'{Config}' is no regular file: it was read once and is not watched. Another configuration needs a restart.");
        }

        PriceBook? chosen = ChosenPrices.Load(Prices);
        using ILoggerFactory log = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogsRequests ? LogLevel.Information : LogLevel.Warning)
            .AddFilter("Microsoft", LogLevel.Warning)
            // That another configuration is in force is told always, though it is no warning.
            .AddFilter(typeof(ConfigurationReloader).FullName, LogLevel.Information)
            // It makes an activity and a scope for each request where anything of it could be logged; Kestrel logs what goes wrong.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddProvider(new ScreenLog(host.Screen, host.Time)));
        using LedgerStore file = host.Places.Folder(Data).OpenLedger();
        file.RefuseReadOnly();
        var prices = new RecordedPrices(file, () => new PriceStore(file, host.Time).Layered(chosen));
        using AttemptPoster poster = AttemptPoster.Open(file, prices);
        var watch = new PriceWatch(prices, host.Time, log.CreateLogger<PriceWatch>());
        var writer = new LedgerWriter(poster, host.Time, log.CreateLogger<LedgerWriter>());
        string root = ServingJournal.RootOf(Data);
        var recovery = new JournalRecovery(poster, host.Time, log.CreateLogger<JournalRecovery>());
        using AttemptJournal journal = ServingJournal.Open(recovery, root, NewId(), configuration.Journal);
        using var metrics = new GatewayMetrics();
        var budgets = new BudgetDesk(file, journal.Session, host.Time, log.CreateLogger<BudgetDesk>());
        await using GatewayCaches caches = GatewayCaches.Open(configuration.SemanticCache, new CachePlaces(Data, Path.GetDirectoryName(Config)!, host.Places.Embedder()), host.Screen.Note, host.Time, log);
        var means = new GatewayMeans(journal, prices.Book, host.Time, NextDouble, log)
        {
            Bridges = TranslationBridge.All(host.Time),
            Connect = (provider, resilience) => TemplateHandler.Connect(provider, resilience, host.Time),
            Budgets = budgets,
            Caches = caches.Means,
            Metrics = metrics,
        };
        await using var live = new LiveGateway(new LlmGateway(configuration, means), ConfigurationReloader.HashOf(text), new ServingMeans(log, host.Time, NewId, metrics));
        using var reloader = new ConfigurationReloader(
            Config, live, ParseAgain, (next, before) => new LlmGateway(next with { SemanticCache = configuration.SemanticCache }, means with { Book = prices.Book }, before), host.Time, log.CreateLogger<ConfigurationReloader>());
        using TracerProvider? traces = TraceExport.Start(configuration.Telemetry);
        using var usage = UsageServing.Open(configuration.Usage, () => live.Current.Gateway.Clients, file, prices, host.Time, log);
        await using WebApplication server = GatewayServer.Build(live, log);
        usage?.Map(server);
        using var alarms = AlarmServing.Open(
            () => live.Current.Gateway.Configuration.Alarms, file, new AlarmMeans(metrics, journal.Session, host.Time, NextDouble), log);
        await Listening.StartAsync(server, configuration.Server.Listen, "--listen");
        await using AdminPort? admin = await AdminPort.StartAsync(configuration.Admin, live, reloader, metrics, log, host.Time);
        host.Screen.Write("Listening on " + string.Join(", ", server.Urls));
        if (admin is not null)
        {
            host.Screen.Write("Admin on " + admin.Url);
        }

        using var signals = new StopSignals(host.Screen.Note, "Stopping: calls under way may end. Once more ends at once.");
        using var reloads = new ReloadSignal(() => reloader.ReloadAsync(onlyIfChanged: false));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, signals.Token);
        using var booksClosed = new CancellationTokenSource();
        Task booking = writer.RunAsync(journal, booksClosed.Token);
        Task receiving = usage?.Queue.RunAsync(booksClosed.Token) ?? Task.CompletedTask;
        Task behind = Task.WhenAll(
            isWatched ? reloader.RunAsync(either.Token) : Task.CompletedTask, watch.RunAsync(() => reloader.RenewAsync("prices were recorded"), either.Token), budgets.RunAsync(either.Token), recovery.RunAsync(root, either.Token), alarms?.RunAsync(either.Token) ?? Task.CompletedTask);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, either.Token), booking);
        await server.StopAsync(CancellationToken.None);
        await booksClosed.CancelAsync();
        await Task.WhenAll(booking, behind, receiving);
        alarms?.End();
        return ExitCodes.Done;
    }

    private string NewId() => RequestIds.New(host.Time.GetUtcNow());

    private static double NextDouble() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);

    private (string Text, GatewayConfiguration Configuration) Start()
    {
        try
        {
            string text = ConfigurationFile.TextOf(Config);
            GatewayConfiguration configuration = Parse(text);
            foreach (string warning in configuration.Warnings)
            {
                host.Screen.Note("warning: " + warning);
            }

            return (text, configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config '{Config}' can't be read: {e.Message}");
        }
    }

    private GatewayConfiguration ParseAgain(string text)
    {
        GatewayConfiguration configuration = Parse(text);
        GatewayCaches.Check(configuration.SemanticCache, Path.GetDirectoryName(Config)!);
        return configuration;
    }

    private GatewayConfiguration Parse(string text)
    {
        GatewayConfiguration configuration = GatewayConfiguration.Parse(text, ConfigurationFile.NameOf(Config), host.Places.Variable);
        return Listen is null ? configuration : configuration with { Server = configuration.Server with { Listen = Listen } };
    }
}
