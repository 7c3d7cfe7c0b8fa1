namespace Farthing.Diffusion.Schedulers;

/// <summary>Checks that spans which go together are equally long.</summary>
internal static class Lengths
{
    public static void Same(int expected, int actual, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} values but must have {expected}.", name);
        }
    }
}
