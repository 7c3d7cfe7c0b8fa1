using System.Text.Json.Serialization;

namespace Farthing.Diffusion.Tokenizers;

[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class VocabularyJson : JsonSerializerContext;
