using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Farthing.Simulation.Scenarios;
using Farthing.Simulation.Serving;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing simulate</c></summary>
internal static class SimulateCommand
{
    private const int DefaultPort = 8090;
    private static readonly Option<string?> ScenarioFile = new("--scenario") { HelpName = "FILE", Description = "How the providers behave, YAML or JSON. Default: they answer at once." };
    private static readonly Option<string?> Address = new("--address") { HelpName = "IP", Description = "The address to listen at. Default: 127.0.0.1." };
    private static readonly Option<string?> Port = new("--port") { HelpName = "N", Description = "The port; 0 takes a free one. Default: 8090." };
    private static readonly Option<string?> Seed = new("--seed") { HelpName = "N", Description = "What all randomness comes from. Default: 1." };
    private static readonly Option<string?> TimeScale = new("--time-scale") { HelpName = "X", Description = "Seconds of the scenario in a real second. Default: 1." };
    private static readonly Option<string?> Latency = new("--latency") { HelpName = "DURATION", Description = "Time to the first token, such as 250ms." };
    private static readonly Option<string?> Fail = new("--fail") { HelpName = "STATUS:SHARE", Description = "A share of the calls fails, such as 429:0.05. After the scenario's own rules." };
    private static readonly Option<string?> Outage = new("--outage") { HelpName = "FROM-TO", Description = "Every call fails with 503 in this time, such as 10m-50m. Before the scenario's own rules." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("simulate", "Plays OpenAI and Anthropic, with the faults that a scenario wants, and counts every attempt and token.")
        {
            ScenarioFile, Address, Port, Seed, TimeScale, Latency, Fail, Outage,
        };
        command.Validators.Add(line => Read(line, new Scenario()).Errors.ToList().ForEach(line.AddError));
        command.SetAction((line, cancellation) => RunAsync(host, line.CommandResult, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Host host, CommandResult line, CancellationToken cancellation)
    {
        Scenario file = line.GetValue(ScenarioFile) is { } path ? ScenarioReader.Load(host.Places.Full(path)) : new Scenario();
        (Scenario scenario, IPEndPoint endpoint, _) = Read(line, file);
        using var signals = new StopSignals(host.Screen.Note, "Stopping.");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(signals.Token, cancellation);
        await using SimulatorServer server = await StartAsync(scenario, endpoint, host.Time, either.Token);
        host.Screen.Write($"Simulated providers at {server.Address.GetLeftPart(UriPartial.Authority)}/v1");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
        }
        catch (OperationCanceledException)
        {
            // A simulator has no other end.
        }

        host.Screen.Write(server.Counts.ToJson().ToJsonString());
        return ExitCodes.Done;
    }

    private static async Task<SimulatorServer> StartAsync(Scenario scenario, IPEndPoint endpoint, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await SimulatorServer.StartAsync(scenario, endpoint, time, cancellation);
        }
        catch (IOException error)
        {
            throw new UsageException($"The simulator can't listen at {endpoint}: {error.Message} Choose another --port.");
        }
    }

    private static (Scenario Scenario, IPEndPoint Endpoint, IReadOnlyList<string> Errors) Read(SymbolResult line, Scenario file)
    {
        var options = new OptionReader(line);
        string address = options.Filled(Address) ?? "127.0.0.1";
        if (!IPAddress.TryParse(address, out IPAddress? ip))
        {
            options.Refuse($"--address '{address}' is no IP address. Write one such as 127.0.0.1.");
        }

        List<ScenarioRule> rules = [.. file.Rules];
        if (options.Text(Outage) is { } outage)
        {
            rules.Insert(0, ReadOutage(options, outage));
        }

        if (options.Text(Fail) is { } fail)
        {
            rules.Add(ReadFail(options, fail));
        }

        LatencyLaw latency = file.Latency;
        if (options.Text(Latency) is { } text)
        {
            latency = Duration(options, Latency, text) is { } fixedTime ? LatencyLaw.Fixed(fixedTime) : latency;
        }

        Scenario scenario = file with
        {
            Seed = options.Whole(Seed, 0, int.MaxValue) ?? file.Seed,
            TimeScale = options.Number(TimeScale, 0.001, 1_000_000) ?? file.TimeScale,
            Latency = latency,
            Rules = rules,
        };
        int port = (int)(options.Whole(Port, 0, IPEndPoint.MaxPort) ?? DefaultPort);
        return (scenario, new IPEndPoint(ip ?? IPAddress.Loopback, port), options.Errors);
    }

    private static ScenarioRule ReadOutage(OptionReader options, string text)
    {
        string[] ends = text.Split('-');
        TimeSpan from = Duration(options, Outage, ends[0]) ?? default;
        TimeSpan to = Duration(options, Outage, ends[^1]) ?? TimeSpan.MaxValue;
        if (ends.Length != 2 || to <= from)
        {
            options.Refuse($"--outage '{text}' is no span of time. Write two durations, the later one last, such as 10m-50m.");
        }

        return new ScenarioRule("outage", new RuleFilter { From = from, To = to }, new RuleAction { Kind = ActionKind.Status, Status = 503 });
    }

    private static ScenarioRule ReadFail(OptionReader options, string text)
    {
        string[] parts = text.Split(':');
        double share = 0;
        if (parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status is < 400 or > 599
            || !double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share) || share > 1)
        {
            options.Refuse($"--fail '{text}' is no status and share. Write a status from 400 to 599 and a number from 0 to 1, such as 429:0.05.");
            status = 500;
        }

        return new ScenarioRule("fail", new RuleFilter { Probability = share }, new RuleAction { Kind = ActionKind.Status, Status = status });
    }

    private static TimeSpan? Duration(OptionReader options, Option<string?> option, string text)
    {
        if (ScenarioValues.Parse(text) is { } duration)
        {
            return duration;
        }

        options.Refuse($"{option.Name} '{text}' is no duration. Write a number with ms, s, m or h, such as 250ms.");
        return null;
    }
}
