using System.Text.Json.Serialization;

namespace Farthing.Gateway.Wire;

[JsonSerializable(typeof(string))]
internal sealed partial class WireJson : JsonSerializerContext;
