using System.Security.Cryptography;

namespace Farthing.Diffusion.Evaluation;

/// <summary>The key that acceptance records are signed with: ECDSA on P-256, in a PEM file that its owner alone may read.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "signing-key.pem";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        PublicKey = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The public half: base64 of its SubjectPublicKeyInfo.</summary>
    public string PublicKey { get; }

    /// <summary>Opens the key, and makes one where there is none.</summary>
    /// <exception cref="SigningKeyException">It can't be read or made, is no such key, or others may read it.</exception>
    public static SigningKey OpenOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        return Open(path);
    }

    /// <summary>The public half of a key; null where there is no file.</summary>
    /// <exception cref="SigningKeyException">It can't be read, is no such key, or others may read it.</exception>
    public static string? PublicKeyAt(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var key = Open(path);
        return key.PublicKey;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal string Sign(ReadOnlySpan<byte> data) =>
        Convert.ToBase64String(_key.SignData(data.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>Whether a signature is of these bytes and this key. What is no key or no signature is not.</summary>
    internal static bool Verify(string publicKey, ReadOnlySpan<byte> data, string signature)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
            return IsP256(key)
                && key.VerifyData(data, Convert.FromBase64String(signature), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return false;
        }
    }

    private static bool IsP256(ECDsa key) =>
        key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;

    private static SigningKey Open(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                throw new SigningKeyException(
                    $"The signing key '{path}' may be read or changed by others. If nobody else has had it: chmod 600 '{path}'. "
                    + "Else delete it, and evaluate the models again.");
            }

            var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(path));
            return IsP256(key) ? new SigningKey(key) : throw new ArgumentException("it is no key on P-256.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new SigningKeyException($"The signing key '{path}' can't be used: {e.Message} Put a copy back, or delete it and evaluate the models again.", e);
        }
    }

    /// <summary>Written aside and then linked under its name, so that of two processes one makes the key and both use it.</summary>
    private static void Create(string path)
    {
        string aside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new StreamWriter(aside, options))
            {
                file.Write(key.ExportPkcs8PrivateKeyPem() + "\n");
            }

            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SigningKeyException($"The signing key '{path}' can't be made: {e.Message} Make the folder writable, or name another with --data.", e);
        }
    }
}
