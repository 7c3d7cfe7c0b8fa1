using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>A prompt on the command line as a manifest of one row, so that the same rules hold for it.</summary>
internal static class PromptManifest
{
    private const int LongestSlug = 40;

    /// <summary>Makes the manifest; its row fails where the prompt can't be rendered.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="product">The product's path; null for none.</param>
    /// <param name="folder">The folder that the path starts at.</param>
    public static Manifest Of(string prompt, string? product, string folder)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("id", IdOf(prompt, product));
            json.WriteString("prompt", prompt);
            if (product is not null)
            {
                json.WriteString("product", product);
            }

            json.WriteEndObject();
        }

        return ManifestReader.Read(line.ToArray(), folder, ManifestFormat.Jsonl);
    }

    /// <summary>The prompt's words and eight digits of its hash: the same prompt and product always get the same id.</summary>
    internal static string IdOf(string prompt, string? product)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{prompt}\0{product}")))[..8];
        var slug = new StringBuilder();
        foreach (char c in prompt)
        {
            if (slug.Length == LongestSlug)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(char.ToLowerInvariant(c));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        string words = slug.ToString().TrimEnd('-');
        return words.Length > 0 ? $"{words}-{hash}" : $"render-{hash}";
    }
}
