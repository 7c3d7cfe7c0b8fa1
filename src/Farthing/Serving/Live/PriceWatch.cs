using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving.Live;

/// <summary>Sees when somebody records prices in the ledger, so that budgets and what clients are told go by them. What is booked looks for itself.</summary>
/// <param name="prices">The prices.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of a ledger that can't be read.</param>
internal sealed partial class PriceWatch(RecordedPrices prices, TimeProvider time, ILogger<PriceWatch> log)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private PriceBook _seen = prices.Book;
    private bool _isLost;

    /// <summary>Looks until it is stopped.</summary>
    /// <param name="changed">Is called when there are others.</param>
    /// <param name="stop">Stops it.</param>
    public async Task RunAsync(Func<Task> changed, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(Beat, time);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                if (IsChanged())
                {
                    await changed();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private bool IsChanged()
    {
        try
        {
            PriceBook now = prices.Refresh();
            bool isChanged = !ReferenceEquals(now, _seen);
            (_seen, _isLost) = (now, false);
            return isChanged;
        }
        catch (LedgerException error)
        {
            if (!_isLost)
            {
                LogLost(error.Message);
            }

            _isLost = true;
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether prices were recorded can't be seen, those of before hold: {Reason}")]
    private partial void LogLost(string reason);
}
