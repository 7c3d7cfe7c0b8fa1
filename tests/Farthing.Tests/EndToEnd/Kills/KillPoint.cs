using System.Globalization;

namespace Farthing.Tests.EndToEnd.Kills;

/// <summary>Where in its work a server is killed.</summary>
public enum KillPlace
{
    /// <summary>The whole of a commit is in the log but the frame that makes it one.</summary>
    BeforeCommit,

    /// <summary>Half of the page of the frame that makes it a commit is written.</summary>
    TornCommit,

    /// <summary>The commit is made; nobody has been told.</summary>
    AfterCommit,

    /// <summary>Half of what was to be written, whatever it was, is written.</summary>
    TornWrite,

    /// <summary>A client has been told.</summary>
    Told,
}

/// <summary>A numbered point: the n-th time that the server is at a place since it was started.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Place">Where.</param>
/// <param name="Time">The how manieth time; of <see cref="KillPlace.Told"/>, how many events clients have been told of.</param>
public sealed record KillPoint(int Number, KillPlace Place, int Time)
{
    private static readonly (KillPlace Place, int[] Times)[] Places =
    [
        (KillPlace.BeforeCommit, [1, 2, 3, 6, 11, 23]),
        (KillPlace.TornCommit, [1, 2, 4, 7, 13, 29]),
        (KillPlace.AfterCommit, [1, 2, 3, 5, 9, 17]),
        (KillPlace.TornWrite, [1, 6, 31, 128, 401, 1009]),
        (KillPlace.Told, [1, 7, 30, 90, 260, 500]),
    ];

    /// <summary>All thirty of them.</summary>
    public static IReadOnlyList<KillPoint> All { get; } =
        [.. Places.SelectMany(static each => each.Times.Select(time => (each.Place, Time: time))).Select(static (each, i) => new KillPoint(i + 1, each.Place, each.Time))];

    /// <summary>One of each place, for every day.</summary>
    public static IReadOnlyList<KillPoint> Few { get; } = [.. All.GroupBy(static point => point.Place).Select(static (group, i) => group.ElementAt(i))];

    /// <summary>How the process is told; null for a point that is not in it.</summary>
    public string? Setting => Place == KillPlace.Told ? null : string.Create(CultureInfo.InvariantCulture, $"{Place}:{Time}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"point {Number} ({Place}, {Time})");
}
