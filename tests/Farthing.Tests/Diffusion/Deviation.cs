namespace Farthing.Tests.Diffusion;

/// <summary>How far values are from the expected ones.</summary>
internal static class Deviation
{
    /// <summary>The greatest |Δ|/(1 + |expected|); infinite where a value is not finite or the lengths differ.</summary>
    public static double Scaled(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Greatest(expected, actual, e => 1 + Math.Abs(e));

    /// <summary>The greatest |Δ|/|expected|, with 0 for two equal values.</summary>
    public static double Relative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Greatest(expected, actual, Math.Abs);

    /// <summary>The greatest |Δ|.</summary>
    public static double Absolute(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Greatest(expected, actual, _ => 1);

    private static double Greatest(
        ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, Func<double, double> scale)
    {
        if (expected.Length != actual.Length)
        {
            return double.PositiveInfinity;
        }

        double greatest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            double deviation = difference == 0 ? 0 : difference / scale(expected[i]);
            greatest = double.IsFinite(deviation) ? Math.Max(greatest, deviation) : double.PositiveInfinity;
        }

        return greatest;
    }
}
