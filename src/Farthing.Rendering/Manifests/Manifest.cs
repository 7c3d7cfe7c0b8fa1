namespace Farthing.Rendering.Manifests;

/// <summary>A manifest as read: every row in the file's order, and what was odd but harmless.</summary>
public sealed record Manifest
{
    /// <summary>The rows; at least one.</summary>
    public required IReadOnlyList<ManifestRow> Rows { get; init; }

    /// <summary>Sentences for people, such as a column that nobody reads.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The good rows.</summary>
    public IEnumerable<RenderRequest> Requests => Rows.Where(row => row.IsValid).Select(row => row.Request!);

    /// <summary>The failed rows.</summary>
    public IEnumerable<RowError> Errors => Rows.Where(row => !row.IsValid).Select(row => row.Error!);
}
