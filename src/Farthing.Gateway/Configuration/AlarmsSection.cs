using Farthing.Ledger.Alarms;

namespace Farthing.Gateway.Configuration;

/// <summary><c>alarms: {check_seconds, repeat_seconds, webhook: {…}, rules: […]}</c></summary>
/// <param name="variable">Reads an environment variable; null where secrets are not looked up.</param>
/// <param name="budgets">The budgets that a rule may name; null where the file has none of them.</param>
/// <param name="warnings">Where oddities go.</param>
internal sealed class AlarmsSection(Func<string, string?>? variable, IReadOnlyList<BudgetOptions>? budgets, List<GatewayConfigurationError> warnings)
{
    private const int MinRepeat = 60, MaxRepeat = 2_592_000;

    public AlarmOptions? Read(YamlMap? map)
    {
        if (map is null)
        {
            return null;
        }

        var before = map.Faults;
        var options = new AlarmOptions();
        options = new AlarmOptions
        {
            Check = map.Seconds("check_seconds", 5, 86_400, options.Check),
            Repeat = map.Seconds("repeat_seconds", 0, MaxRepeat, options.Repeat),
            Webhook = new WebhookSection(variable, warnings).Read(map.Map("webhook")),
            Rules = ReadRules(map),
        };
        map.RefuseOthers();
        if (options.Repeat > TimeSpan.Zero && options.Repeat < TimeSpan.FromSeconds(MinRepeat))
        {
            map.Refuse("repeat_seconds", $"'repeat_seconds' in alarms must be 0, for never, or from {MinRepeat} to {MaxRepeat}.");
        }

        return map.Faults == before ? options : null;
    }

    private List<AlarmRule> ReadRules(YamlMap map)
    {
        var rules = new AlarmRulesSection(budgets);
        List<AlarmRule> read = [];
        foreach (var row in map.Maps("rules", "an alarm", "{name: unpriced, kind: unpriced}"))
        {
            var rule = rules.Read(row);
            if (rule is not null && read.Exists(other => other.Name == rule.Name))
            {
                row.Refuse("name", $"there is an alarm '{rule.Name}' already: give each its own name.");
            }
            else if (rule is not null)
            {
                read.Add(rule);
            }
        }

        if (map.Items("rules").Count == 0)
        {
            map.Refuse("rules", "'rules' is missing from alarms: write at least one, such as rules: [{name: unpriced, kind: unpriced}].");
        }

        return read;
    }
}
