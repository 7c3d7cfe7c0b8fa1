using System.Globalization;
using Farthing.Terminal;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving;

/// <summary>Logs as lines for people on standard error.</summary>
/// <param name="screen">Where they go.</param>
/// <param name="time">The clock.</param>
internal sealed class ScreenLog(Screen screen, TimeProvider time) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Lines(screen, time);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Lines(Screen screen, TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string word = logLevel switch
            {
                LogLevel.Critical or LogLevel.Error => "error: ",
                LogLevel.Warning => "warning: ",
                _ => "",
            };
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {word}{formatter(state, exception)}{(exception is null ? "" : ": " + exception.Message)}");
            lock (screen)
            {
                screen.Note(line);
            }
        }
    }
}
