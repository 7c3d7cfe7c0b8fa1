using System.Diagnostics.CodeAnalysis;

namespace Farthing.Rendering.Manifests;

/// <summary>A row: a request that can be rendered, or the reason why not.</summary>
public readonly record struct ManifestRow
{
    internal ManifestRow(RenderRequest request) => Request = request;

    internal ManifestRow(RowError error) => Error = error;

    /// <summary>The request; null when the row failed.</summary>
    public RenderRequest? Request { get; }

    /// <summary>The reason; null when the row is good.</summary>
    public RowError? Error { get; }

    /// <summary>Whether the row can be rendered.</summary>
    [MemberNotNullWhen(true, nameof(Request))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Request is not null;
}
