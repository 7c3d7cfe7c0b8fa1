using Farthing.Rendering.Imaging;

namespace Farthing.Tests.Rendering.Imaging;

public sealed class PictureFuzzTests
{
    [Theory]
    [InlineData(".png", 1)]
    [InlineData(".jpg", 2)]
    [InlineData(".webp", 3)]
    [InlineData(".tif", 4)]
    public void No_mutation_crashes_the_loader(string suffix, int seed)
    {
        byte[] original = TestPictures.Save(TestPictures.Disc(12), suffix);
        var limits = new CutOutLimits { MaxPixels = 10_000 };
        int loaded = 0;
        int refused = 0;
        for (int i = 0; i < 2_500; i++)
        {
            byte[] mutated = Mutation.Of(original, new Random(seed * 100_000 + i));
            try
            {
                CutOut cutOut = CutOutLoader.Load(mutated, "x", limits);
                loaded++;
                Assert.Equal(cutOut.Pixels.Width * cutOut.Pixels.Height * 4, cutOut.Pixels.Pixels.Length);
            }
            catch (ImagingException)
            {
                refused++;
            }
        }

        Assert.True(loaded > 20 && refused > 100, $"{loaded} loaded, {refused} refused");
    }
}
