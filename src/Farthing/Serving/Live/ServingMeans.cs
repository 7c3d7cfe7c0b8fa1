using Farthing.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving.Live;

/// <summary>What serving takes from the process.</summary>
/// <param name="Log">Where it tells what happens.</param>
/// <param name="Time">The clock.</param>
/// <param name="NewId">Gives each request its id.</param>
/// <param name="Metrics">What is measured.</param>
internal sealed record ServingMeans(ILoggerFactory Log, TimeProvider Time, Func<string> NewId, GatewayMetrics Metrics);
