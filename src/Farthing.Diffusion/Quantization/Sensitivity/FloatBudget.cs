namespace Farthing.Diffusion.Quantization.Sensitivity;

/// <summary>
/// Chooses the layers that stay in float: those that spare most squared error for each multiply-add, as long as the budget
/// lasts. Squared errors of layers add up, near enough, so this is a knapsack filled by value for weight.
/// </summary>
internal static class FloatBudget
{
    /// <summary>Chooses them.</summary>
    /// <param name="layers">All layers.</param>
    /// <param name="budget">Share of all layers' multiply-adds that may stay in float, 0 to 1.</param>
    /// <returns>Their nodes with the reason, most sensitive first.</returns>
    public static IReadOnlyList<LeftOut> Choose(IReadOnlyList<LayerSensitivity> layers, double budget)
    {
        double whole = layers.Sum(l => (double)l.MultiplyAdds), left = budget * whole;
        double squares = layers.Sum(Square);
        var chosen = new List<LayerSensitivity>();
        foreach (var layer in layers.OrderByDescending(l => Square(l) / Math.Max(1, l.MultiplyAdds)).ThenBy(l => l.Target.Node, StringComparer.Ordinal))
        {
            // A layer whose part in the error is below the average gains nothing that is worth a float layer's overhead.
            if (layer.MultiplyAdds <= left && Square(layer) > squares / layers.Count)
            {
                chosen.Add(layer);
                left -= layer.MultiplyAdds;
            }
        }

        return
        [
            .. chosen.OrderByDescending(l => l.Error).Select(l => new LeftOut(l.Target.Node, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"sensitive: error {l.Error:0.0000} alone, {Square(l) / squares:0.0%} of the sum of squares, for {l.MultiplyAdds / whole:0.00%} of the multiply-adds"))),
        ];
    }

    private static double Square(LayerSensitivity layer) => layer.Error * layer.Error;
}
