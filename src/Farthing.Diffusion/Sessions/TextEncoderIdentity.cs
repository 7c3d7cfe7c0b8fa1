using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Sessions;

/// <summary>Names a text encoder by all that decides its states: its files, its tokenizer's files, and which output is read.</summary>
public static class TextEncoderIdentity
{
    /// <summary>
    /// SHA-256 over the names and contents of every file in the encoder's folder and in its tokenizer's, the output's name and
    /// element type, and the number of tokens; 64 lower-case hexadecimal digits. Other parts of the model do not count, so models
    /// that share an encoder share its identity, and a new UNet changes nothing.
    /// </summary>
    /// <param name="directory">The model's directory.</param>
    /// <param name="encoder">One of its encoders.</param>
    /// <param name="digests">The files that this start has read; null to read them all.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static string Compute(string directory, TextEncoderInfo encoder, FileDigests? digests = null)
    {
        digests ??= new FileDigests();
        ArgumentNullException.ThrowIfNull(encoder);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(whole, "farthing-text-encoder-1", encoder.Output, encoder.ElementType, encoder.Rows.ToString(CultureInfo.InvariantCulture));
        foreach (string folder in new[] { encoder.Name, encoder.TokenizerFolder })
        {
            string root = Path.Combine(directory, folder);

            // Every file: exporters also write weights to files without an extension.
            foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                Append(whole, folder == encoder.Name ? "encoder" : "tokenizer", Path.GetRelativePath(root, file).Replace('\\', '/'));
                whole.AppendData(digests.Of(file));
            }
        }

        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
