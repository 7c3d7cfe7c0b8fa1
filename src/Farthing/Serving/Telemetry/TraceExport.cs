using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Farthing.Serving.Telemetry;

/// <summary>Sends traces to a collector by OTLP over HTTP, behind the requests.</summary>
internal static class TraceExport
{
    /// <summary>Starts sending until it is disposed; null where the configuration names no collector.</summary>
    public static TracerProvider? Start(TelemetryOptions options) => options.Otlp is null ? null : Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("farthing", autoGenerateServiceInstanceId: true))
        .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Sample)))
        .AddSource(AttemptTelemetry.Spans.Name)
        .AddOtlpExporter(export =>
        {
            export.Protocol = OtlpExportProtocol.HttpProtobuf;
            export.Endpoint = new Uri(options.Otlp.AbsoluteUri.TrimEnd('/') + "/v1/traces");
        })
        .Build();
}
