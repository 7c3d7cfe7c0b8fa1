using Farthing.Gateway.Alarms;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Gateway.Configuration;

/// <summary>One of <c>alarms.rules</c>: what it may say beside <c>name</c> and <c>kind</c> depends on its kind.</summary>
/// <param name="budgets">The budgets that a rule may name; null where the file has none of them.</param>
internal sealed class AlarmRulesSection(IReadOnlyList<BudgetOptions>? budgets)
{
    private const string Kinds = "cost-per-render, waste, unpriced, drift or budget";
    private const long MaxUnits = 1_000_000;

    /// <summary>Reads a rule; null where something is wrong with it, which is told.</summary>
    public AlarmRule? Read(YamlMap row)
    {
        var before = row.Faults;
        var name = row.Required("name", "its alarms are kept under its name.");
        if (name.Length > 60 || name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            row.Refuse("name", $"'{name}' is no name of an alarm: write 1 to 60 ASCII letters, digits, '-', '_' and '.'.");
        }

        var kind = row.Required("kind", $"write {Kinds}.");
        AlarmRule? rule = kind switch
        {
            "cost-per-render" => CostPerRender(row, name),
            "waste" => new WasteRule(name, Percent(row, null)) { Days = Days(row, 366, 1), Run = row.Text("run"), Tag = row.Text("tag"), Tenant = Tenant(row) },
            "unpriced" => new UnpricedRule(name)
            {
                Days = Days(row, 3_660, 31),
                OverCharges = row.Whole("over_charges", 0, 1_000_000_000, 0),
                Resource = row.Text("resource"),
                Meter = row.Text("meter"),
                Tag = row.Text("tag"),
                Tenant = Tenant(row),
                Stage = ReadStage(row),
            },
            "drift" => new DriftRule(name, Percent(row, "1")) { Hours = row.Whole("hours", 1, 168, 24) },
            "budget" => Budget(row, name),
            _ => null,
        };
        if (rule is null)
        {
            if (kind.Length > 0)
            {
                row.Refuse("kind", $"'{kind}' is no kind of alarm: write {Kinds}.");
            }

            return null;
        }

        row.RefuseOthers();
        return row.Faults == before ? rule : null;
    }

    private static CostPerRenderRule CostPerRender(YamlMap row, string name) => new(name, Over(row))
    {
        Days = Days(row, 366, 1),
        MinRenders = row.Whole("min_renders", 1, 1_000_000_000, 1),
        Basis = Basis(row),
        Run = row.Text("run"),
        Tag = row.Text("tag"),
        Tenant = Tenant(row),
        Precision = row.Text("precision"),
        Model = Model(row),
        Stage = ReadStage(row),
    };

    private static string? Tenant(YamlMap row)
    {
        var tenant = row.Text("tenant");
        try
        {
            _ = tenant is null ? null : TenantTag.Of(tenant);
        }
        catch (FormatException error)
        {
            row.Refuse("tenant", error.Message);
        }

        if (tenant is not null && row.Has("tag"))
        {
            row.Refuse("tenant", "an alarm is about a 'tag' or a 'tenant': leave one out.");
        }

        return tenant;
    }

    private static string? Model(YamlMap row)
    {
        var model = row.Text("model");
        if (model is not null && row.Has("precision"))
        {
            row.Refuse("model", "an alarm is about a 'model' or a 'precision': leave one out.");
        }

        return model;
    }

    private static Stage? ReadStage(YamlMap row)
    {
        if (row.Text("stage") is not { } text)
        {
            return null;
        }

        if (StageNames.TryParse(text, out var stage))
        {
            return stage;
        }

        row.Refuse("stage", $"'stage' in an alarm is '{text}': write {string.Join(", ", StageNames.All.Select(static each => each.Code()))}.");
        return null;
    }

    private BudgetRule Budget(YamlMap row, string name)
    {
        var over = Percent(row, null);
        var wanted = row.Text("budget");
        if (budgets is null)
        {
            row.Refuse("kind", "an alarm of a budget belongs into the gateway's configuration, which has the 'budgets'.");
        }
        else if (wanted is not null && budgets.All(budget => budget.Name != wanted))
        {
            row.Refuse("budget", $"the alarm names the budget '{wanted}', which 'budgets' does not have.");
        }
        else if (budgets.Count == 0)
        {
            row.Refuse("kind", "an alarm of budgets needs some: write 'budgets', or remove the alarm.");
        }

        return new BudgetRule(name, over, [.. (budgets ?? []).Where(budget => wanted is null || budget.Name == wanted)]);
    }

    private static int Days(YamlMap row, int max, int fallback) => row.Whole("days", 1, max, fallback);

    private static Share Percent(YamlMap row, string? fallback)
    {
        var text = fallback is null ? row.Required("over_percent", "write a number such as 5.") : row.Text("over_percent") ?? fallback;
        if (!Share.TryParsePercent(text, out var share) && text.Length > 0)
        {
            row.Refuse("over_percent", $"'over_percent' in an alarm is '{text}': write a number from 0 to {Share.MaxPercent} with up to four places, such as 5 or 0.5.");
        }

        return share;
    }

    private static CurrencyAmount Over(YamlMap row)
    {
        var code = row.Text("currency") ?? "USD";
        if (!CurrencyNames.TryParse(code, out var currency))
        {
            row.Refuse("currency", $"'currency' in an alarm is '{code}': write USD or EUR.");
        }

        var text = row.Required("over", "write the most that a render may cost, such as \"0.0031\".");
        try
        {
            var amount = text.Length == 0 ? Amount.Zero : Amount.Parse(text);
            if (amount >= Amount.Zero && amount.Units <= MaxUnits * Amount.UnitsPerDollar)
            {
                return new CurrencyAmount(amount.Units, currency);
            }

            row.Refuse("over", $"'over' in an alarm must be from 0 to {MaxUnits}.");
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            row.Refuse("over", $"'over' in an alarm is '{text}': write a decimal with up to 12 places, such as \"0.0031\".");
        }

        return default;
    }

    private static CostBasis Basis(YamlMap row)
    {
        switch (row.Text("basis"))
        {
            case null or "loaded":
                return CostBasis.Loaded;
            case "marginal":
                return CostBasis.Marginal;
            case var other:
                row.Refuse("basis", $"'basis' in an alarm is '{other}': write loaded or marginal.");
                return CostBasis.Loaded;
        }
    }
}
