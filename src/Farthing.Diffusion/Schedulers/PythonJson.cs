namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// Python's json module writes bare <c>Infinity</c>, <c>-Infinity</c> and <c>NaN</c>, which JSON does not
/// have; diffusers saves <c>"lambda_min_clipped": -Infinity</c> in many models.
/// </summary>
internal static class PythonJson
{
    /// <summary>The text with each such value outside of strings replaced by null.</summary>
    public static byte[] WithoutBareNumbers(ReadOnlySpan<byte> json)
    {
        var result = new List<byte>(json.Length);
        bool quoted = false;
        for (int i = 0; i < json.Length;)
        {
            int bare = quoted ? 0 : BareLength(json[i..]);
            if (bare > 0)
            {
                result.AddRange("null"u8);
                i += bare;
                continue;
            }

            if (quoted && json[i] == (byte)'\\' && i + 1 < json.Length)
            {
                result.Add(json[i++]);
            }
            else if (json[i] == (byte)'"')
            {
                quoted = !quoted;
            }

            result.Add(json[i++]);
        }

        return [.. result];
    }

    private static int BareLength(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("-Infinity"u8) ? 9 : rest.StartsWith("Infinity"u8) ? 8 : rest.StartsWith("NaN"u8) ? 3 : 0;
}
