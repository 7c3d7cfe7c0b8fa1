using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Farthing.Rendering.Embeddings;

/// <summary>The address of a Redis server, with its password. It prints as <c>***</c>, so that it gets into no log and no message.</summary>
public sealed class RedisAddress
{
    /// <summary>The environment variable that holds one; an argument can be seen by others of the machine.</summary>
    public const string Variable = "FARTHING_REDIS";

    private const string Form = "Write redis://host:6379, redis://user:password@host:6379/0, or rediss:// for TLS.";

    private readonly string? _user;
    private readonly string? _password;
    private readonly bool _tls;
    private readonly int _database;

    private RedisAddress(string host, int port, string? user, string? password, bool tls, int database)
    {
        (Host, Port) = (host, port);
        (_user, _password, _tls, _database) = (user, password, tls, database);
    }

    /// <summary>The server.</summary>
    public string Host { get; }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>The server without user and password, for messages.</summary>
    public string Shown => string.Create(CultureInfo.InvariantCulture, $"Redis at {Host}:{Port}");

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is none; the message does not repeat it.</exception>
    public static RedisAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0)
        {
            throw new FormatException($"The address of the Redis server can't be read. {Form}");
        }

        string database = url.AbsolutePath.Trim('/');
        int number = 0;
        if (database.Length > 0 && !int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            throw new FormatException($"The database in the address of the Redis server is no number. {Form}");
        }

        string[] info = url.UserInfo.Split(':', 2);
        string? user = info.Length == 2 && info[0].Length > 0 ? Uri.UnescapeDataString(info[0]) : null;
        string? password = url.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(info[^1]);
        return new RedisAddress(url.Host, url.Port > 0 ? url.Port : 6379, user, password, url.Scheme == "rediss", number);
    }

    /// <summary><c>***</c></summary>
    public override string ToString() => "***";

    /// <summary>
    /// Settings under which a server that is down or slow costs little: nothing waits in a queue for it to come back.
    /// </summary>
    internal ConfigurationOptions ToOptions(TimeSpan timeout)
    {
        var options = new ConfigurationOptions
        {
            User = _user,
            Password = _password,
            Ssl = _tls,
            DefaultDatabase = _database,
            ClientName = "farthing",
            AbortOnConnectFail = false,
            ConnectRetry = 1,
            ConnectTimeout = (int)timeout.TotalMilliseconds,
            SyncTimeout = (int)timeout.TotalMilliseconds,
            AsyncTimeout = (int)timeout.TotalMilliseconds,
            BacklogPolicy = BacklogPolicy.FailFast,
            IncludeDetailInExceptions = false,
        };
        options.EndPoints.Add(new DnsEndPoint(Host, Port));
        return options;
    }
}
