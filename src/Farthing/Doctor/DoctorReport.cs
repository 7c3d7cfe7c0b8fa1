using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farthing.Doctor;

/// <summary>All checks of one look.</summary>
/// <param name="Ok">Whether nothing is a problem.</param>
/// <param name="Checks">The checks in the order they were made.</param>
internal sealed record DoctorReport(bool Ok, IReadOnlyList<Check> Checks)
{
    /// <summary>Looks at everything that a render needs.</summary>
    public static DoctorReport Make(string model, DataFolder data, string? prices, DateTimeOffset now)
    {
        Check[] checks =
        [
            .. MachineChecks.Run(),
            .. StoreChecks.Run(data),
            .. PriceChecks.Run(prices, now),
            .. ModelChecks.Run(model),
            .. PrecisionChecks.Run(model, data),
            .. CaptionChecks.Run(),
        ];
        return Of(checks);
    }

    /// <summary>Looks at everything that the gateway needs.</summary>
    public static DoctorReport OfGateway(GatewayChecks gateway) => Of([.. gateway.Run()]);

    private static DoctorReport Of(Check[] checks) => new(!Array.Exists(checks, static check => check.Level == CheckLevel.Problem), checks);

    /// <summary><c>{"ok","checks":[{"area","level","found","mend"}…]}</c> with the levels ok, warning and problem.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DoctorJson.Default.DoctorReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(CheckLevelConverter)])]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;

internal sealed class CheckLevelConverter() : JsonStringEnumConverter<CheckLevel>(JsonNamingPolicy.SnakeCaseLower);
