using System.Text;
using CsCheck;
using Farthing.Diffusion.Tokenizers.Clip;
using Farthing.Tests.Goldens;
using Microsoft.ML.Tokenizers;

namespace Farthing.Tests.Diffusion.Tokenizers.Clip;

public sealed class BytePairMergerTests
{
    private static readonly Lazy<BpeTokenizer> Library = new(() => BpeTokenizer.Create(new BpeOptions(
        Golden.PathOf("clip-tokenizer", "vocab.json"), Golden.PathOf("clip-tokenizer", "merges.txt"))
    {
        EndOfWordSuffix = BytePairModel.EndOfWord,
    }));

    // Letters join most often, and runs of one letter or two are where equal ranks meet.
    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.Char['a', 'z'].Array[1, 40].Select(c => new string(c)),
        Gen.Char['a', 'b'].Array[1, 60].Select(c => new string(c)),
        Gen.Char['\u00e0', '\u024f'].Where(char.IsLower).Array[1, 20].Select(c => new string(c)),
        Gen.Select(Gen.OneOf(Gen.Const("ha"), Gen.Const("z"), Gen.Const("ing"), Gen.Const("photo")), Gen.Int[1, 30])
            .Select((s, n) => string.Concat(Enumerable.Repeat(s, n))));

    [Fact]
    public void A_word_has_the_ids_of_Microsofts_tokenizer() =>
        Words.Sample(word =>
        {
            string inBytes = string.Concat(
                Encoding.UTF8.GetBytes(word).Select(b => ByteAlphabet.Characters[b]));
            var expected = Library.Value.EncodeToIds(inBytes, considerPreTokenization: false, considerNormalization: false);
            var have = LoadedTokenizers.Clip.Encode(word, 300);
            Assert.Equal(expected, have.Ids[1..(have.Count - 1)].ToArray());
        });

    [Fact]
    public void The_alphabet_has_a_character_for_each_byte()
    {
        Assert.Equal(256, ByteAlphabet.Characters.Distinct().Count());
        Assert.Equal('Ġ', ByteAlphabet.Characters[' ']);
        Assert.Equal('a', ByteAlphabet.Characters['a']);
    }
}
