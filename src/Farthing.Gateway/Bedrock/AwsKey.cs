using Farthing.Gateway.Configuration;

namespace Farthing.Gateway.Bedrock;

/// <summary>What signs a request to AWS.</summary>
/// <param name="Id">The access key's id.</param>
/// <param name="Value">Its secret.</param>
/// <param name="SessionToken">The token of temporary credentials; null for permanent ones.</param>
public sealed record AwsKey(Secret Id, Secret Value, Secret? SessionToken);
