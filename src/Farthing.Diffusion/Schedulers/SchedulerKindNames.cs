using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Farthing.Diffusion.Schedulers;

/// <summary>The names by which users choose a <see cref="SchedulerKind"/>.</summary>
public static class SchedulerKindNames
{
    private static readonly ImmutableArray<(SchedulerKind Kind, string Name)> Table =
    [
        (SchedulerKind.DpmPlusPlus2MKarras, "dpmpp-2m-karras"),
        (SchedulerKind.DpmPlusPlus2MSde, "dpmpp-2m-sde"),
        (SchedulerKind.Euler, "euler"),
        (SchedulerKind.EulerAncestral, "euler-a"),
        (SchedulerKind.Ddim, "ddim"),
        (SchedulerKind.Lcm, "lcm"),
        (SchedulerKind.UniPc, "unipc"),
    ];

    /// <summary>Every name, the default first.</summary>
    public static ImmutableArray<string> All { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The name of <paramref name="kind"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public static string ToName(this SchedulerKind kind)
    {
        foreach (var row in Table)
        {
            if (row.Kind == kind)
            {
                return row.Name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such scheduler.");
    }

    /// <summary>Finds the scheduler called <paramref name="name"/>, whatever its case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out SchedulerKind kind)
    {
        foreach (var row in Table)
        {
            if (string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                kind = row.Kind;
                return true;
            }
        }

        kind = default;
        return false;
    }
}
