using System.Text;
using Farthing.Rendering.Manifests;

namespace Farthing.Tests.Rendering.Manifests;

public sealed class ManifestFuzzTests
{
    private const string Csv =
        "id,prompt,product,seed,width,height,steps,guidance,negative_prompt,tags\r\n"
        + "a,\"red mug, \"\"glossy\"\"\",products/red-mug.png,1,128,128,25,4.5,blurred,a;b\r\n"
        + "b,杯子 🟥,,,,,,,,\r\n\r\nc,\"two\nlines\",,,64,,,,,x|y\r\n";

    private const string Jsonl =
        "{\"id\":\"a\",\"prompt\":\"red \\u6b63 mug\",\"product\":\"products/red-mug.png\",\"seed\":1,\"width\":128}\n"
        + "{\"prompt\":\"杯子 🟥\",\"tags\":[\"a\",\"b\"],\"guidance\":4.5,\"negative_prompt\":\"\"}\n";

    [Theory]
    [InlineData(Csv, 1)]
    [InlineData(Jsonl, 2)]
    public void No_mutation_crashes_the_reader(string text, int seed)
    {
        byte[] original = Encoding.UTF8.GetBytes(text);
        int good = 0;
        int bad = 0;
        int refused = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] mutated = Mutation.Of(original, new Random(seed * 100_000 + i));
            try
            {
                Manifest manifest = ManifestReader.Read(mutated, SampleFiles.Folder);
                good += manifest.Requests.Count();
                bad += manifest.Errors.Count();
                Assert.All(manifest.Errors, error => Assert.NotEmpty(error.Message));
            }
            catch (ManifestException)
            {
                refused++;
            }
        }

        // All three outcomes must be met, or the mutations test nothing.
        Assert.True(good > 100 && bad > 100 && refused > 100, $"{good} good, {bad} bad, {refused} refused");
    }
}
