using Farthing.Configuration;
using YamlDotNet.RepresentationModel;

namespace Farthing.Simulation.Scenarios;

/// <summary>Reads a scenario from YAML or JSON and gathers every error on the way.</summary>
internal sealed class ScenarioReader(string name)
{
    private readonly List<ConfigurationError> _errors = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It can't be used; all errors are reported at once.</exception>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static Scenario Load(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Length <= Scenario.MaxCharacters
                ? new ScenarioReader(file.Name).Read(File.ReadAllText(path))
                : throw new ConfigurationException(file.Name, [new ConfigurationError(1, "the file is over 1 MB, which is too long for a scenario.")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--scenario '{path}' can't be read: {e.Message}");
        }
    }

    /// <summary>Reads YAML or JSON text.</summary>
    /// <exception cref="ConfigurationException">It can't be used; all errors are reported at once.</exception>
    public Scenario Read(string yaml)
    {
        var scenario = new Scenario();
        if (YamlRoot.Read(yaml, "with keys such as 'latency' and 'rules'", _errors) is { } root)
        {
            scenario = Read(new YamlSection("the scenario", root, _errors), scenario);
        }

        return _errors.Count == 0
            ? scenario
            : throw new ConfigurationException(name, [.. _errors.OrderBy(static error => error.Line)]);
    }

    private Scenario Read(YamlSection section, Scenario unset)
    {
        YamlSection? answer = section.Section("answer");
        Scenario scenario = unset with
        {
            Seed = section.Whole("seed", 0, int.MaxValue) ?? unset.Seed,
            TimeScale = section.Number("time_scale", 0.001, 1_000_000) ?? unset.TimeScale,
            Keys = section.Pairs("keys"),
            Models = section.Texts("models"),
            Latency = section.Latency("latency", _errors) ?? unset.Latency,
            Gap = section.Latency("gap", _errors) ?? unset.Gap,
            ChunkTokens = (int?)section.Whole("chunk_tokens", 1, 100_000) ?? unset.ChunkTokens,
            Text = answer?.Text("text"),
            OutputTokens = answer?.Range("output_tokens", 1, 100_000) is { } tokens ? ((int)tokens.First, (int)tokens.Last) : unset.OutputTokens,
            Shares = new UsageShares(
                answer?.Number("cached_input", 0, 1) ?? 0, answer?.Number("cache_write", 0, 1) ?? 0, answer?.Number("reasoning", 0, 1) ?? 0),
            Rules = [.. section.Items("rules").Select(ReadRule).OfType<ScenarioRule>()],
        };
        if (scenario.Shares.CachedInput + scenario.Shares.CacheWrite > 1)
        {
            answer!.Refuse("cached_input", "'cached_input' and 'cache_write' are shares of the same tokens, so they must not be more than 1 together.");
        }

        answer?.RefuseOthers();
        section.RefuseOthers();
        return scenario;
    }

    private ScenarioRule? ReadRule(YamlNode node, int at)
    {
        if (node is not YamlMappingNode mapping)
        {
            _errors.Add(new ConfigurationError(node.Start.Line, "a rule must be written as keys and values: name, when, then."));
            return null;
        }

        var section = new YamlSection("a rule", mapping, _errors);
        string title = section.Text("name") ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"rule {at + 1}");
        RuleFilter when = section.Section("when") is { } filter ? ReadFilter(filter) : new RuleFilter();
        RuleAction then = new();
        if (section.Section("then") is { } action)
        {
            then = new ActionReader(action, _errors).Read();
        }
        else
        {
            section.Refuse("then", $"the rule '{title}' has no 'then', so it would change nothing.");
        }

        section.RefuseOthers();
        return new ScenarioRule(title, when, then);
    }

    private static RuleFilter ReadFilter(YamlSection section)
    {
        (long First, long Last)? calls = section.Range("calls", 1, long.MaxValue);
        var filter = new RuleFilter
        {
            Provider = section.OneOf("provider", "openai", "anthropic", "bedrock"),
            Operation = section.OneOf("operation", "chat", "messages", "responses", "converse", "embeddings", "models"),
            Model = section.Text("model"),
            Key = section.Text("key"),
            IsStream = section.OneOf("stream", "true", "false") switch { null => null, var word => word == "true" },
            From = section.Duration("from") ?? TimeSpan.Zero,
            To = section.Duration("to") ?? TimeSpan.MaxValue,
            FirstCall = calls?.First ?? 1,
            LastCall = calls?.Last ?? long.MaxValue,
            Every = section.Whole("every", 1, int.MaxValue) ?? 1,
            Probability = section.Number("probability", 0, 1) ?? 1,
        };
        if (filter.To <= filter.From)
        {
            section.Refuse("to", "'to' must be after 'from'.");
        }

        section.RefuseOthers();
        return filter;
    }
}
