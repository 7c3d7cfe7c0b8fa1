namespace Farthing.Gateway.Configuration;

/// <summary>Where traces are sent. None holds a prompt, an answer or a key.</summary>
public sealed record TelemetryOptions
{
    /// <summary>An OTLP collector's base address (HTTP, protobuf), such as <c>http://127.0.0.1:4318</c>; null where none is sent.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The part of the calls that is traced where the client's trace does not decide, 0 to 1. Default 1.</summary>
    public double Sample { get; init; } = 1;
}
