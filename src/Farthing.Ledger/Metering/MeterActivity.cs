using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Metering;

/// <summary>Something that uses the device from <see cref="LeaseMeter.Begin"/> until it ends.</summary>
public sealed class MeterActivity : IDisposable
{
    private readonly LeaseMeter _meter;

    internal MeterActivity(LeaseMeter meter, Stage stage, string key, int weight) =>
        (_meter, Stage, Key, Weight) = (meter, stage, key, weight);

    /// <summary>What it does.</summary>
    public Stage Stage { get; }

    /// <summary>Its batch.</summary>
    public string Key { get; }

    /// <summary>The cores it uses.</summary>
    public int Weight { get; }

    /// <summary>Its time in fractions of a microsecond; guarded by the meter.</summary>
    internal Int128 Fractions { get; set; }

    /// <summary>Its whole time once it has ended; guarded by the meter.</summary>
    internal DeviceTime? Ended { get; set; }

    /// <summary>Ends it; again, it only tells its time.</summary>
    /// <returns>Its share of the device's time.</returns>
    public DeviceTime End() => _meter.End(this);

    /// <summary>Ends it.</summary>
    public void Dispose() => End();
}
