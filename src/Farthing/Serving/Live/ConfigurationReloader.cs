using System.Security.Cryptography;
using System.Text;
using Farthing.Gateway;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.SemanticCache.Lists;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving.Live;

/// <summary>
/// Reads the configuration again when its file changes, on SIGHUP, and when the admin asks for it. One that has errors is told with all of them,
/// and the last good one stays.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="live">What is in force.</param>
/// <param name="read">Reads a configuration's text, as at the start, and refuses what a start would.</param>
/// <param name="make">Puts a configuration in force after another.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears what became of it.</param>
internal sealed partial class ConfigurationReloader(
    string path,
    LiveGateway live,
    Func<string, GatewayConfiguration> read,
    Func<GatewayConfiguration, LlmGateway, LlmGateway> make,
    TimeProvider time,
    ILogger<ConfigurationReloader> log) : IDisposable
{
    // Reading a small file is cheap, and unlike file events it sees every kind of file system and a link that is set anew.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly GatewayConfiguration _started = live.Current.Gateway.Configuration;
    private string _seen = live.Current.Hash;

    /// <summary>The last time that the file was read.</summary>
    public ReloadResult Last { get; private set; } = new(true, live.Current.Version, [], []);

    /// <summary>SHA-256 of a text, its first 16 hexadecimal digits.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    /// <summary>Looks at the file until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(Beat, time);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                await ReloadAsync(onlyIfChanged: true);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>Reads the file. Steps: 1. its text, 2. the whole configuration or all errors, 3. what needs a restart, 4. the swap.</summary>
    /// <param name="onlyIfChanged">Whether a text that was seen before is left alone.</param>
    public async Task<ReloadResult> ReloadAsync(bool onlyIfChanged)
    {
        await _one.WaitAsync();
        try
        {
            string text = ConfigurationFile.TextAgain(path);
            string hash = HashOf(text);
            if (onlyIfChanged && hash == _seen)
            {
                return Last;
            }

            _seen = hash;
            GatewayConfiguration configuration = read(text);
            IReadOnlyList<string> restart = RestartNeeds.Of(_started, configuration);
            ServedConfiguration before = live.Current;
            ServedConfiguration now = await live.ReplaceAsync(make(configuration, before.Gateway), hash);
            foreach (string warning in configuration.Warnings)
            {
                LogWarning(warning);
            }

            LogInForce(now.Version, hash);
            if (restart.Count > 0)
            {
                LogRestart(string.Join(", ", restart));
            }

            return Last = new ReloadResult(true, now.Version, [], restart);
        }
        catch (GatewayConfigurationException bad)
        {
            LogKept(live.Current.Version, bad.Message);
            return Last = new ReloadResult(false, live.Current.Version, [.. bad.Errors.Select(static error => error.ToString())], []);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or UsageException or GuardListsException)
        {
            // It, or a list that it names, may be mended at any time without another word of the file itself, and so it is read at every beat.
            // An editor may be writing it just now, so the same message is told once.
            _seen = "";
            if (Last.Errors is not [var told] || told != error.Message)
            {
                LogKept(live.Current.Version, error.Message);
            }

            return Last = new ReloadResult(false, live.Current.Version, [error.Message], []);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Not foreseen: it must not end the watch for good. The file is read again when it changes.
            LogFailed(live.Current.Version, error);
            return Last = new ReloadResult(live.Current.Hash == _seen, live.Current.Version, [error.Message], []);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Puts the same configuration in force anew, because something else that it is made of has changed.</summary>
    /// <param name="what">What has.</param>
    public async Task RenewAsync(string what)
    {
        await _one.WaitAsync();
        try
        {
            ServedConfiguration before = live.Current;
            ServedConfiguration now = await live.ReplaceAsync(make(before.Gateway.Configuration, before.Gateway), before.Hash);
            LogRenewed(now.Version, what);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogFailed(live.Current.Version, error);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Version {Version} of the configuration is in force ({Hash}).")]
    private partial void LogInForce(int version, string hash);

    [LoggerMessage(Level = LogLevel.Information, Message = "Version {Version} of the configuration is in force: {What}.")]
    private partial void LogRenewed(int version, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changed, but in force only after a restart: {What}.")]
    private partial void LogRestart(string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading the configuration again failed unexpectedly; version {Version} is in force")]
    private partial void LogFailed(int version, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The configuration was not reloaded, version {Version} stays in force: {Reason}")]
    private partial void LogKept(int version, string reason);
}
