using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Farthing.Diffusion.Randomness;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Randomness;

/// <summary>Draws against torch's CPU generator.</summary>
public sealed class TorchGeneratorTests
{
    private static readonly SafetensorsFile Expected = Golden.Tensors("randn", "randn.safetensors");
    private static readonly JsonElement Index = LoadIndex();

    public static TheoryData<long> Seeds =>
        [.. Index.GetProperty("mt19937_first_u32").EnumerateObject().Select(s => Seed(s.Name))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Words_are_those_of_the_twister(long seed)
    {
        var generator = new TorchGenerator(seed);
        foreach (var word in Index.GetProperty("mt19937_first_u32").GetProperty(Name(seed)).EnumerateArray())
        {
            Assert.Equal(word.GetUInt32(), generator.NextUInt32());
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Uniforms_are_torch_s(long seed)
    {
        var values = new float[20];
        new TorchGenerator(seed).FillUniform(values);
        Assert.Equal(Expected.Values<float>($"{seed}/rand_20"), values);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Normals_are_torch_s(long seed)
    {
        foreach (var draw in Draws(seed, "torch.float32"))
        {
            var values = new float[draw.Length];
            new TorchGenerator(seed).FillNormal(values);
            if (Expected.Contains(draw.Name))
            {
                AssertNormals(Expected.Values<float>(draw.Name), values, draw.Length < 16);
            }
            else
            {
                AssertNormals(Expected.Values<float>($"{draw.Name}/first64"), values.AsSpan(0, 64), false);
                AssertNormals(Expected.Values<float>($"{draw.Name}/last64"), values.AsSpan(values.Length - 64), false);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Long_draws_have_torch_s_very_bits(long seed)
    {
        foreach (var draw in Draws(seed, "torch.float32").Where(draw => draw.Length >= 16))
        {
            var values = new float[draw.Length];
            new TorchGenerator(seed).FillNormal(values);
            Assert.Equal(draw.Sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan()))));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sequences_go_on_where_the_last_draw_ended(long seed)
    {
        foreach (var sequence in Index.GetProperty("sequences").EnumerateObject())
        {
            if (!sequence.Name.StartsWith($"{seed}/", StringComparison.Ordinal))
            {
                continue;
            }

            var generator = new TorchGenerator(seed);
            var expected = Expected.Values<float>(sequence.Name).AsSpan();
            foreach (int length in sequence.Value.EnumerateArray().Select(l => l.GetInt32()))
            {
                var values = new float[length];
                generator.FillNormal(values);
                AssertNormals(expected[..length], values, length < 16);
                expected = expected[length..];
            }

            Assert.True(expected.IsEmpty);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Half_precision_draws_are_the_float_ones_rounded(long seed)
    {
        foreach (var draw in Draws(seed, "torch.float16"))
        {
            var values = new Half[draw.Length];
            new TorchGenerator(seed).FillNormal(values);
            var expected = Expected.Values<Half>(draw.Name);
            Assert.Equal(expected, values);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_image_of_a_batch_has_its_own_generator(long seed)
    {
        var batch = new float[2 * 4 * 8 * 8];
        new ImageGenerators([seed, (seed + 1) & long.MaxValue]).FillNormal(batch);
        AssertNormals(Expected.Values<float>($"{seed}/generator_list_2x4x8x8"), batch, false);
    }

    [Fact]
    public void Only_the_low_32_bits_of_a_seed_count()
    {
        var low = new float[40];
        var high = new float[40];
        new TorchGenerator(5).FillNormal(low);
        new TorchGenerator(5 + (1L << 33)).FillNormal(high);
        Assert.Equal(low, high);
    }

    [Fact]
    public void A_batch_that_can_t_be_split_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ImageGenerators([1, 2]).FillNormal(new float[7]));

    private static void AssertNormals(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, bool shortDraw)
    {
        if (shortDraw)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < actual.Length; i++)
            {
                Assert.InRange(actual[i], MathF.BitDecrement(expected[i]), MathF.BitIncrement(expected[i]));
            }
        }
        else
        {
            Assert.InRange(Deviation.Absolute(expected, actual), 0, 2e-6);
        }
    }

    private static IEnumerable<(string Name, int Length, string Sha256)> Draws(long seed, string type) =>
        from draw in Index.GetProperty("draws").EnumerateObject()
        where draw.Name.StartsWith($"{seed}/", StringComparison.Ordinal)
            && !draw.Name.Contains("/seq/", StringComparison.Ordinal)
            && !draw.Name.Contains("generator_list", StringComparison.Ordinal)
            && draw.Value.GetProperty("dtype").GetString() == type
        select (
            draw.Name,
            draw.Value.GetProperty("shape").EnumerateArray().Aggregate(1, (product, d) => product * d.GetInt32()),
            draw.Value.GetProperty("sha256").GetString()!);

    private static JsonElement LoadIndex()
    {
        using var index = Golden.Json("randn", "index.json");
        return index.RootElement.Clone();
    }

    private static long Seed(string name) => long.Parse(name, CultureInfo.InvariantCulture);

    private static string Name(long seed) => seed.ToString(CultureInfo.InvariantCulture);
}
