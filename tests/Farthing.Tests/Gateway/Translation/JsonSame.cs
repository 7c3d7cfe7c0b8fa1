using System.Text;
using System.Text.Json.Nodes;

namespace Farthing.Tests.Gateway.Translation;

/// <summary>Compares JSON by what it says.</summary>
internal static class JsonSame
{
    public static void Equal(string expected, ReadOnlySpan<byte> actual)
    {
        string text = Encoding.UTF8.GetString(actual);
        if (!JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(text)))
        {
            Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(text)!.ToJsonString());
        }
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
