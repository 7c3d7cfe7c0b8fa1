using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Configuration;
using Farthing.Rendering.Embeddings;

namespace Farthing.Commands;

/// <summary><c>farthing cache</c>: warm, stats and clear for text embeddings; tune and learn for the semantic cache.</summary>
internal static class CacheCommand
{
    private static readonly Argument<string> Stems = new("STEMS") { Description = "Caption stems, one a line, such as samples/stems.txt." };

    private static readonly Option<string?> BatchSize = new("--batch") { HelpName = "N", Description = "Texts encoded together, 1 to 256. Default: 16." };

    private static readonly Option<string?> Gateway = new("--gateway")
    {
        HelpName = "FILE",
        Description = "A gateway's configuration: says what its exact and semantic caches keep, did and avoided, instead.",
    };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var warm = New("warm", "Encodes caption stems ahead of time. What is kept already is passed over, so an interrupted run goes on.", host, (options, places) => options.Whole(BatchSize, 1, 256));
        warm.Arguments.Add(Stems);
        warm.Options.Add(RenderOptions.Model);
        warm.Options.Add(BatchSize);
        warm.SetAction((line, cancellation) =>
        {
            var options = new OptionReader(line.CommandResult);
            return new CacheWarmRun(host, Settle(options, host.Places), Model(line.CommandResult, host.Places), Data(options, host.Places))
                .RunAsync(host.Places.Full(line.GetValue(Stems)!), (int?)options.Whole(BatchSize, 1, 256) ?? 16, cancellation);
        });

        var stats = New("stats", "Says what is kept for which encoder, how often it was found, and what is stale; with --gateway, of the gateway's caches.", host);
        stats.Options.Add(RenderOptions.Model);
        stats.Options.Add(Gateway);
        stats.SetAction((line, cancellation) =>
        {
            var options = new OptionReader(line.CommandResult);
            bool json = line.GetValue(SharedOptions.Json);
            return options.Text(Gateway) is { } config
                ? new GatewayCacheStatsRun(host, host.Places.Full(config), host.Places.Folder(options.Text(SharedOptions.Data))).PrintAsync(json, cancellation)
                : Task.FromResult(new CacheStatsRun(host, Settle(options, host.Places), Data(options, host.Places)).Print(Model(line.CommandResult, host.Places), json));
        });
        stats.Options.Add(SharedOptions.Json);

        var clear = New("clear", "Removes all text embeddings that are kept.", host);
        clear.SetAction(line =>
        {
            var options = new OptionReader(line.CommandResult);
            return new CacheStatsRun(host, Settle(options, host.Places), Data(options, host.Places)).Clear();
        });
        return new Command("cache", "Looks after the text embeddings that renders keep, and tunes the semantic cache.")
        {
            warm, stats, clear, CacheTuneCommand.Create(host), CacheLearnCommand.Create(host),
        };
    }

    private static Command New(string name, string description, Host host, Action<OptionReader, Places>? check = null)
    {
        var command = new Command(name, description)
        {
            EmbeddingCommandOptions.Place,
            EmbeddingCommandOptions.Storage,
            RenderOptions.Config,
            SharedOptions.Data,
        };
        command.Validators.Add(line =>
        {
            var options = new OptionReader(line);
            EmbeddingLine.ReadStore(options, host.Places);
            options.Filled(RenderOptions.Config);
            options.Filled(SharedOptions.Data);
            check?.Invoke(options, host.Places);
            foreach (string error in options.Errors)
            {
                line.AddError(error);
            }
        });
        return command;
    }

    private static EmbeddingOptions Settle(OptionReader options, Places places)
    {
        EmbeddingOptions configured = options.Text(RenderOptions.Config) is { } config
            ? FarthingConfiguration.Load(places.Full(config)).Embeddings
            : new EmbeddingOptions();
        return EmbeddingLine.ReadStore(options, places).Settle(configured);
    }

    private static string Model(SymbolResult line, Places places) =>
        line.GetValue(RenderOptions.Model) is { Length: > 0 } model ? places.Full(model) : places.Model();

    private static string Data(OptionReader options, Places places) =>
        options.Text(SharedOptions.Data) is { } folder ? places.Full(folder) : places.Data();
}
