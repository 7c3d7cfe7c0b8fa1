using Farthing.Ledger.Money;

namespace Farthing.Gateway.Configuration;

/// <summary><c>budgets: [{name, scope, limit_usd, period, unpriced, max_output_tokens}]</c></summary>
internal static class BudgetsSection
{
    private const long MaxDollars = 1_000_000;
    private const string Example = "{name: team-a-daily, scope: \"key:team-a\", limit_usd: \"10.00\", period: day}";

    public static IReadOnlyList<BudgetOptions> Read(YamlMap root, IReadOnlyList<ClientKeyOptions> keys)
    {
        List<BudgetOptions> budgets = [];
        foreach (var row in root.Maps("budgets", "a budget", Example))
        {
            var before = row.Faults;
            var name = row.Required("name", "what it spent is kept under its name.");
            var scope = ReadScope(row, keys);
            var limit = ReadLimit(row);
            var period = ReadPeriod(row);
            var budget = new BudgetOptions(name, scope, limit, period)
            {
                AllowsUnpriced = ReadUnpriced(row),
                MaxOutputTokens = row.Whole("max_output_tokens", 1, 10_000_000, 16_384),
            };
            row.RefuseOthers();
            if (name.Length > 60 || name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            {
                row.Refuse("name", $"'{name}' is no name of a budget: write 1 to 60 ASCII letters, digits, '-', '_' and '.'.");
            }

            if (budgets.Exists(other => other.Name == name))
            {
                row.Refuse("name", $"there is a budget '{name}' already: give each its own name.");
            }

            if (row.Faults == before)
            {
                budgets.Add(budget);
            }
        }

        return budgets;
    }

    private static BudgetScope ReadScope(YamlMap row, IReadOnlyList<ClientKeyOptions> keys)
    {
        var text = row.Required("scope", "write all, key:NAME, team:NAME or tag:NAME.");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? "" : text[(colon + 1)..].Trim();
        var kind = (colon < 0 ? text : text[..colon]) switch
        {
            "all" when colon < 0 => BudgetScopeKind.All,
            "key" when name.Length > 0 => BudgetScopeKind.Key,
            "team" when name.Length > 0 => BudgetScopeKind.Team,
            "tag" when name.Length > 0 => BudgetScopeKind.Tag,
            _ => (BudgetScopeKind?)null,
        };
        if (kind is null && text.Length > 0)
        {
            row.Refuse("scope", $"'{text}' is no scope of a budget: write all, key:NAME, team:NAME or tag:NAME.");
        }

        if (kind == BudgetScopeKind.Key && !keys.Any(key => key.Name == name))
        {
            row.Refuse("scope", $"the scope '{text}' names a client key that 'client_keys' does not have.");
        }

        if (kind == BudgetScopeKind.Team && !keys.Any(key => key.Team == name))
        {
            row.Refuse("scope", $"the scope '{text}' names a team that no client key has: write team: {name} at its keys.");
        }

        return new BudgetScope(kind ?? BudgetScopeKind.All, name);
    }

    private static Amount ReadLimit(YamlMap row)
    {
        var text = row.Required("limit_usd", "write US dollars, such as \"10.00\".");
        try
        {
            var limit = text.Length == 0 ? new Amount(1) : Amount.Parse(text);
            if (limit > Amount.Zero && limit.Units <= MaxDollars * Amount.UnitsPerDollar)
            {
                return limit;
            }

            row.Refuse("limit_usd", "'limit_usd' in a budget must be above 0 and at most 1000000.");
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            row.Refuse("limit_usd", $"'limit_usd' in a budget is '{text}': write US dollars as a decimal with up to 12 places, such as \"10.00\".");
        }

        return new Amount(1);
    }

    private static BudgetPeriod ReadPeriod(YamlMap row)
    {
        switch (row.Required("period", "write day, month or total."))
        {
            case "day":
                return BudgetPeriod.Day;
            case "month":
                return BudgetPeriod.Month;
            case "total" or "":
                return BudgetPeriod.Total;
            case var other:
                row.Refuse("period", $"'period' in a budget is '{other}': write day, month or total.");
                return BudgetPeriod.Total;
        }
    }

    private static bool ReadUnpriced(YamlMap row)
    {
        switch (row.Text("unpriced"))
        {
            case null or "refuse":
                return false;
            case "allow":
                return true;
            case var other:
                row.Refuse("unpriced", $"'unpriced' in a budget is '{other}': write refuse or allow.");
                return false;
        }
    }
}
