using System.Globalization;
using System.Text.RegularExpressions;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reconciliation;

/// <summary>Which part of the ledger an invoice is held against.</summary>
public sealed record ReconciliationScope
{
    /// <summary>Whose export it is; null to tell by its columns.</summary>
    public InvoiceProvider? Provider { get; init; }

    /// <summary>Only ledger resources that begin so; null for those of the provider, or those that a plain invoice names.</summary>
    public string? Only { get; init; }

    /// <summary>The first day; null for the invoice's first.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, which is included; null for the invoice's last.</summary>
    public DateOnly? To { get; init; }
}

/// <summary>Holds an invoice against the ledger by day, resource (model) and meter (token class).</summary>
public sealed partial class Reconciler(LedgerStore file)
{
    private static Fraction UnitsPerWhole { get; } = new(Amount.UnitsPerDollar, 1);

    /// <summary>Compares.</summary>
    /// <param name="name">The invoice's name, for messages.</param>
    /// <param name="invoice">Its bytes; the stream can seek.</param>
    /// <param name="scope">What it is held against.</param>
    /// <exception cref="InvoiceException">The invoice can't be read, has no lines, or the days have nothing to compare.</exception>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public Reconciliation Compare(string name, Stream invoice, ReconciliationScope scope)
    {
        ArgumentNullException.ThrowIfNull(invoice);
        ArgumentNullException.ThrowIfNull(scope);
        var read = new InvoiceReader(name, scope.Provider).Read(invoice);
        if (read.Sums.Count == 0)
        {
            throw new InvoiceException(name, [new InvoiceError(1, "it charges nothing: every line is empty.")]);
        }

        var (first, last) = (read.Sums.Keys.Min(static key => key.Day), read.Sums.Keys.Max(static key => key.Day));
        var (from, to) = (scope.From ?? first, scope.To ?? last);
        var currency = read.Currency ?? Currency.Usd;
        var named = read.Sums.Keys.Select(static key => key.Resource).SelectMany(static resource => (string[])[resource, WithoutDate(resource)])
            .ToHashSet(StringComparer.Ordinal);
        var ledger = file.Read(transaction => LedgerSums.Read(
            transaction, new ReportQuery { From = from, To = to, Currency = currency }, resource => Covers(read.Format.Provider, scope, named, resource)));
        var billed = ByLedgerNames(read, ledger.Keys, from, to);
        var differences = new List<Difference>();
        var keys = billed.Keys.Union(ledger.Keys).OrderBy(static key => key.Day)
            .ThenBy(static key => key.Resource, StringComparer.Ordinal).ThenBy(static key => key.Meter, StringComparer.Ordinal).ToList();
        if (keys.Count == 0)
        {
            // Nothing differs where there is nothing, which would read as if all were well.
            throw new InvoiceException(string.Create(
                CultureInfo.InvariantCulture,
                $"There is nothing to compare from {from:yyyy-MM-dd} to {to:yyyy-MM-dd}: neither the invoice {name} nor the ledger has anything in these days. The invoice is of {first:yyyy-MM-dd} to {last:yyyy-MM-dd}. Choose --from and --to within it, or leave them out."));
        }

        List<InvoiceSum> outside = [.. read.Sums.Where(each => each.Key.Day < from || each.Key.Day > to).Select(static each => each.Value)];
        var agreed = 0L;
        foreach (var key in keys)
        {
            var found = new PlaceComparison(key, billed.GetValueOrDefault(key), ledger.GetValueOrDefault(key)).Differences().ToList();
            differences.AddRange(found);
            agreed += found.Count == 0 ? 1 : 0;
        }

        return new Reconciliation
        {
            Format = read.Format.Name,
            Lines = read.Lines,
            OutsideLines = outside.Sum(static sum => sum.Lines),
            OutsideAmount = outside.Exists(static sum => sum.Amount is not null) ? Sum(outside.Select(static sum => sum.Amount ?? Fraction.Zero)).ToText() : "",
            Days = (from, to),
            Agreed = agreed,
            Differences = differences,
            InvoiceTotal = read.Currency is null ? "" : Sum(billed.Values.Select(static sum => sum.Amount ?? Fraction.Zero)).ToText(),
            LedgerTotal = (Sum(ledger.Values.Select(static sum => new Fraction(sum.Amount, 1))) / UnitsPerWhole).ToText(),
            Currency = currency.Code(),
        };
    }

    private static bool Covers(InvoiceProvider provider, ReconciliationScope scope, HashSet<string> named, string resource) =>
        scope.Only is { } only
            ? resource.StartsWith(only, StringComparison.Ordinal)
            : provider switch
            {
                InvoiceProvider.OpenAi => resource.StartsWith(OpenAiExports.Prefix, StringComparison.Ordinal),
                InvoiceProvider.Anthropic => resource.StartsWith(AnthropicExports.Prefix, StringComparison.Ordinal),
                InvoiceProvider.Aws => resource == AwsReports.S3 || resource.StartsWith(AwsReports.Prefix, StringComparison.Ordinal),
                _ => named.Contains(resource),
            };

    /// <summary>
    /// A provider bills a dated model (gpt-4o-mini-2024-07-18) where the ledger may have the name that was asked for
    /// (gpt-4o-mini). The date is left out where only that makes it a resource of the ledger. OpenAI's writes to its cache
    /// are input in the ledger where the model has no price for them, as OpenAI bills them.
    /// </summary>
    private static Dictionary<UsageKey, InvoiceSum> ByLedgerNames(Invoice invoice, Dictionary<UsageKey, LedgerSum>.KeyCollection posted, DateOnly from, DateOnly to)
    {
        var known = posted.Select(static key => key.Resource).ToHashSet(StringComparer.Ordinal);
        var sums = new Dictionary<UsageKey, InvoiceSum>();
        foreach (var (key, sum) in invoice.Sums.Where(each => each.Key.Day >= from && each.Key.Day <= to))
        {
            var plain = WithoutDate(key.Resource);
            var place = !known.Contains(key.Resource) && known.Contains(plain) ? key with { Resource = plain } : key;
            if (place.Meter == Meters.CacheWriteTokens && invoice.Format.Provider == InvoiceProvider.OpenAi && !posted.Contains(place))
            {
                place = place with { Meter = Meters.InputTokens };
            }

            if (!sums.TryAdd(place, sum))
            {
                var both = sums[place];
                both.Quantity = both.Quantity is null ? sum.Quantity : both.Quantity + (sum.Quantity ?? Fraction.Zero);
                both.Amount = both.Amount is null ? sum.Amount : both.Amount + (sum.Amount ?? Fraction.Zero);
                both.Slack += sum.Slack;
            }
        }

        return sums;
    }

    private static Fraction Sum(IEnumerable<Fraction> values) => values.Aggregate(Fraction.Zero, static (sum, value) => sum + value);

    private static string WithoutDate(string resource) => ModelDate().Replace(resource, "");

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{8})$", RegexOptions.CultureInvariant)]
    private static partial Regex ModelDate();
}
