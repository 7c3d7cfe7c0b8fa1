using System.Text;

namespace Farthing.Tests.Gateway.Clients;

/// <summary>Looks for secrets as they are, in Base64, and escaped as in a URL.</summary>
internal static class SecretSearch
{
    public static void AssertNone(IEnumerable<string> secrets, string where, ReadOnlySpan<byte> bytes)
    {
        foreach (string secret in secrets)
        {
            Assert.False(Holds(bytes, secret), $"{where} holds the secret that ends in '{secret[^4..]}'.");
        }
    }

    /// <summary>All files below a folder; there must be some.</summary>
    public static void AssertNoneIn(IEnumerable<string> secrets, string folder)
    {
        string[] files = Files(folder);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            AssertNone(secrets, file, Read(file));
        }
    }

    /// <summary>Whether any file below a folder holds a text, which shows that a search would find one.</summary>
    public static bool AnyIn(string folder, string text) =>
        Files(folder).Any(file => Holds(Read(file), text));

    // The journal's lock is held alone by its process, and has nothing in it.
    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(static file => Path.GetFileName(file) != "lock")];

    private static byte[] Read(string file)
    {
        try
        {
            // Written to at the same time, so it must be opened for sharing.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (FileNotFoundException)
        {
            // A file of the journal goes when the ledger has its lines.
            return [];
        }
    }

    private static bool Holds(ReadOnlySpan<byte> bytes, string secret) =>
        bytes.IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0
        || bytes.IndexOf(Encoding.Unicode.GetBytes(secret)) >= 0
        || bytes.IndexOf(Encoding.UTF8.GetBytes(Uri.EscapeDataString(secret))) >= 0
        || bytes.IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('='))) >= 0;
}
