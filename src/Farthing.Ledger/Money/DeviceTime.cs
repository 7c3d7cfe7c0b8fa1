using System.Globalization;
using System.Numerics;

namespace Farthing.Ledger.Money;

/// <summary>
/// Time of one whole leased device in integer microseconds. On a machine with several cores it is the machine's
/// time, whoever used it; <see cref="CoreMicroseconds"/> gives the quantity that a price per core is multiplied by.
/// </summary>
/// <param name="Microseconds">Microseconds; negative only in a correction.</param>
public readonly record struct DeviceTime(long Microseconds)
    : IComparable<DeviceTime>,
        IAdditionOperators<DeviceTime, DeviceTime, DeviceTime>,
        ISubtractionOperators<DeviceTime, DeviceTime, DeviceTime>,
        IComparisonOperators<DeviceTime, DeviceTime, bool>
{
    /// <summary>No time.</summary>
    public static DeviceTime Zero => default;

    /// <inheritdoc/>
    public static DeviceTime operator +(DeviceTime left, DeviceTime right) =>
        new(checked(left.Microseconds + right.Microseconds));

    /// <inheritdoc/>
    public static DeviceTime operator -(DeviceTime left, DeviceTime right) =>
        new(checked(left.Microseconds - right.Microseconds));

    /// <inheritdoc/>
    public static bool operator <(DeviceTime left, DeviceTime right) => left.Microseconds < right.Microseconds;

    /// <inheritdoc/>
    public static bool operator >(DeviceTime left, DeviceTime right) => left.Microseconds > right.Microseconds;

    /// <inheritdoc/>
    public static bool operator <=(DeviceTime left, DeviceTime right) => left.Microseconds <= right.Microseconds;

    /// <inheritdoc/>
    public static bool operator >=(DeviceTime left, DeviceTime right) => left.Microseconds >= right.Microseconds;

    /// <summary>The quantity of the meter <c>device-time</c>: device-µs × the device's cores (1 for a GPU).</summary>
    /// <exception cref="OverflowException">The product leaves 64 bits.</exception>
    public long CoreMicroseconds(int cores) => checked(Microseconds * cores);

    /// <inheritdoc/>
    public int CompareTo(DeviceTime other) => Microseconds.CompareTo(other.Microseconds);

    /// <summary>Such as <c>1250 µs</c>.</summary>
    public override string ToString() => Microseconds.ToString(CultureInfo.InvariantCulture) + " µs";
}
