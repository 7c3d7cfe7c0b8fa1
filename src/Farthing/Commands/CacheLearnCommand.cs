using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Gateway.SemanticCache.Learning;
using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Tuning;

namespace Farthing.Commands;

/// <summary><c>farthing cache learn</c>: proposes a tenant's task words; nothing is excused by it until a person adds them.</summary>
internal static class CacheLearnCommand
{
    private static readonly Argument<string> Requests = new("REQUESTS") { Description = "One tenant's requests, one a line." };
    private static readonly Option<string?> Share = new("--share") { HelpName = "RATE", Description = "The share of requests that must have a word, 0.5 to 1. Default: 0.9." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("learn", "Proposes task words from a tenant's requests as YAML for --lists. Read them before you use them.") { Requests, Share, CacheTuneOptions.Lists };
        command.Validators.Add(line =>
        {
            var options = new OptionReader(line);
            options.Number(Share, 0.5, 1);
            options.Filled(CacheTuneOptions.Lists);
            foreach (string error in options.Errors)
            {
                line.AddError(error);
            }
        });
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static int Run(Host host, SymbolResult line)
    {
        GuardLists lists = PairFiles.Lists(line.GetValue(CacheTuneOptions.Lists) is { } path ? host.Places.Full(path) : null);
        string[] requests = [.. PairFiles.Lines(host.Places.Full(line.GetValue(Requests)!)).Where(static request => request.Trim().Length > 0)];
        if (requests.Length < TaskWordLearner.MinRequests)
        {
            throw new PairsException($"{requests.Length} requests say too little about a tenant's habits; {TaskWordLearner.MinRequests} are needed.");
        }

        IReadOnlyList<LearnedWord> words = TaskWordLearner.Propose(requests, lists, new OptionReader(line).Number(Share, 0.5, 1) ?? 0.9);
        if (words.Count == 0)
        {
            host.Screen.Note($"No word that the lists lack is in nearly all of the {requests.Length} requests.");
            return ExitCodes.Done;
        }

        host.Screen.Write($"# Words in nearly all of {requests.Length} requests, before the product is named. Take out any that states something of it.");
        host.Screen.Write("task:");
        host.Screen.Write("  about:");
        foreach (LearnedWord word in words)
        {
            host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"    - {word.Word} # in {100 * word.Share:0.0}%"));
        }

        return ExitCodes.Done;
    }
}
