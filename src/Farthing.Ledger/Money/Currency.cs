namespace Farthing.Ledger.Money;

/// <summary>A currency that reports are written in. The ledger itself is kept in US dollars.</summary>
public enum Currency
{
    /// <summary>US dollar.</summary>
    Usd,

    /// <summary>Euro.</summary>
    Eur,
}

/// <summary>The written forms of a <see cref="Currency"/>.</summary>
public static class CurrencyNames
{
    /// <summary>The ISO 4217 code, such as <c>EUR</c>.</summary>
    public static string Code(this Currency currency) => currency switch
    {
        Currency.Usd => "USD",
        Currency.Eur => "EUR",
        _ => throw new ArgumentOutOfRangeException(nameof(currency), currency, "Unknown currency."),
    };

    /// <summary>The sign that goes before an amount.</summary>
    public static string Symbol(this Currency currency) => currency switch
    {
        Currency.Usd => "$",
        Currency.Eur => "€",
        _ => throw new ArgumentOutOfRangeException(nameof(currency), currency, "Unknown currency."),
    };

    /// <summary>Reads an ISO 4217 code in any case; false when it is not one that reports know.</summary>
    public static bool TryParse(string? code, out Currency currency)
    {
        currency = string.Equals(code, "EUR", StringComparison.OrdinalIgnoreCase) ? Currency.Eur : Currency.Usd;
        return currency == Currency.Eur || string.Equals(code, "USD", StringComparison.OrdinalIgnoreCase);
    }
}
