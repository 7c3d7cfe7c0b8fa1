namespace Farthing.Diffusion.Pipelines;

/// <summary>
/// The guidance scale as a model distilled for it (LCM) takes it: sines, then cosines, of 1000·(scale − 1) at
/// frequencies exp(−ln(10000)·i/(width/2 − 1)); section 3.3 of Luo et al. 2023, as diffusers computes it.
/// </summary>
internal static class GuidanceEmbedding
{
    public static float[] Of(float guidanceScale, int width)
    {
        float[] row = new float[width];
        int half = width / 2;
        for (int i = 0; i < half; i++)
        {
            double angle = 1000.0 * (guidanceScale - 1) * Math.Exp(-Math.Log(10000) * i / Math.Max(1, half - 1));
            row[i] = (float)Math.Sin(angle);
            row[half + i] = (float)Math.Cos(angle);
        }

        return row;
    }
}
