using Farthing.Terminal;

namespace Farthing;

/// <summary>What the commands have from the process they run in.</summary>
/// <param name="Screen">Where they print.</param>
/// <param name="Places">Where things are.</param>
/// <param name="Time">The clock.</param>
internal sealed record Host(Screen Screen, Places Places, TimeProvider Time)
{
    /// <summary>This process.</summary>
    public static Host OfProcess() => new(Screen.OfProcess(), Places.OfProcess(), TimeProvider.System);
}
