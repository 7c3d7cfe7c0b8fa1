using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Farthing.Ledger.Storage;

/// <summary>Where a PostgreSQL ledger is and who opens it. Its text has no password.</summary>
public sealed class PostgresAddress
{
    private PostgresAddress(NpgsqlConnectionStringBuilder settings)
    {
        // Statements that come again are prepared by the driver; a ledger has few.
        (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (100, 2);
        settings.ApplicationName ??= "farthing";
        Settings = settings;
    }

    internal NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>Reads <c>postgres://user:password@host:port/database?sslmode=require</c> or <c>Host=…;Database=…</c>.</summary>
    /// <returns>False for text that names no PostgreSQL server, such as a path.</returns>
    /// <exception cref="LedgerException">It names one, and can't be read.</exception>
    public static bool TryParse(string text, [NotNullWhen(true)] out PostgresAddress? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        var isUri = text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);
        if (!isUri && !text.Split(';').Any(static part => part.TrimStart().StartsWith("host=", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        try
        {
            address = new PostgresAddress(isUri ? OfUri(new Uri(text)) : new NpgsqlConnectionStringBuilder(text));
            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            // The text may hold a password, so it is not shown.
            throw new LedgerException(
                LedgerFault.Unavailable, "The PostgreSQL address can't be read. Write postgres://user:password@host:5432/database or Host=…;Database=….", error);
        }
    }

    /// <summary>Server, port and database.</summary>
    public override string ToString() => $"postgres://{Settings.Host}:{Settings.Port}/{Settings.Database}";

    private static NpgsqlConnectionStringBuilder OfUri(Uri uri)
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) };
        if (uri.Port > 0)
        {
            settings.Port = uri.Port;
        }

        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            settings.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length == 2)
        {
            settings.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : throw new FormatException("A setting has no value.");
            settings[name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? "SSL Mode" : Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value);
        }

        return settings;
    }
}
