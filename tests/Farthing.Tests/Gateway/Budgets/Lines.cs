using System.Collections.Concurrent;
using Farthing.Gateway.Booking;
using Microsoft.Extensions.Logging;

namespace Farthing.Tests.Gateway.Budgets;

/// <summary>Keeps what is logged.</summary>
internal sealed class Lines : ILogger<LedgerWriter>, ILogger<JournalRecovery>
{
    public ConcurrentQueue<string> All { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue(formatter(state, exception));
}
