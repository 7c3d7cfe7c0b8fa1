namespace Farthing.Tests.Gateway.SemanticCache;

/// <summary>What English says in several sentences, and what looks like it and is something else.</summary>
public sealed class GuardWordingTests
{
    [Theory]
    [InlineData("a sky blue glove from Zubo", "a Zubo sky blue glove")]
    [InlineData("a sky blue glove by Zubo & Co, on a table", "a Zubo & Co sky blue glove, on a table")]
    [InlineData("a board made of natural rubber, red", "a red natural rubber board")]
    [InlineData("a stand seen from behind on a table", "a stand, rear view, on a table")]
    [InlineData("a ring with strong backlighting, seen from the left", "a ring seen from the left, with strong backlighting")]
    public void A_maker_a_material_and_a_view_may_change_their_places(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("a glove with a lid from Zubo", "a Zubo glove with a lid")]
    [InlineData("a bag from school", "a school bag")]
    [InlineData("a mug by Rivenstal and a plate by Ostrava", "a mug by Ostrava and a plate by Rivenstal")]
    [InlineData("a Zubo case for a flute by Kestro", "a Kestro case for a flute by Zubo")]
    [InlineData("a lamp not from Zubo", "a lamp from Zubo")]
    [InlineData("a board made of cheese", "a cheese board")]
    [InlineData("a ring made of gold on a box made of wood", "a ring made of wood on a box made of gold")]
    [InlineData("a cat seen from above next to a dog seen from the side", "a cat seen from the side next to a dog seen from above")]
    [InlineData("mug seen from behind a glass", "mug seen from behind, glass")]
    public void Those_of_another_thing_may_not(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("a pot whose foot is black", "a pot with a black foot")]
    [InlineData("a pot that has a black foot", "a pot with a black foot")]
    [InlineData("a kettle that has no whistle", "a kettle without a whistle")]
    [InlineData("a kettle which does not have a whistle", "a kettle w/o a whistle")]
    [InlineData("a stand with a pink clip and a black bag", "a stand with a black bag and a pink clip")]
    public void A_clause_about_a_part_is_a_phrase(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("a red pot whose foot is black", "a black pot whose foot is red")]
    [InlineData("a pot on a stand whose foot is black", "a pot with a black foot on a stand")]
    [InlineData("a pot on a stand that has no foot", "a pot without a foot on a stand")]
    [InlineData("a kettle that has no lid but has a handle", "a kettle that has a lid but has no handle")]
    [InlineData("a dog with a red hat and a cat with a scarf", "a dog with a scarf and a cat with a red hat")]
    [InlineData("a boy with a kite and a dog on a leash", "a boy with a dog and a kite on a leash")]
    [InlineData("a boy dressed in red with a dog", "a boy with a dog dressed in red")]
    [InlineData("toy wrapped in foil on a chair", "toy on a chair wrapped in foil")]
    [InlineData("a lamp held by a boy lit by a candle", "a lamp lit by a candle held by a boy")]
    public void One_of_another_part_is_another(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("mug in a pack of 3", "mug (pack of 3)")]
    [InlineData("a 3-pack of pens", "pens, pack of 3")]
    [InlineData("a mug, in Italian", "a mug, in the Italian language")]
    [InlineData("a 5' pole", "a 5 ft pole")]
    [InlineData("a mug in 3/4 view, in b/w", "a mug in three-quarter view, in black and white")]
    [InlineData("caption, max 30 words: mug", "caption, at most 30 words: mug")]
    public void Packs_languages_and_signs_are_written_in_several_ways(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("mug (pack of 2), plate (pack of 3)", "mug (pack of 3), plate (pack of 2)")]
    [InlineData("a 3-pack of pens and a 2-pack of mugs", "a 2-pack of pens and a 3-pack of mugs")]
    [InlineData("a mug in a pack of 3", "a pack of 3 in a mug")]
    [InlineData("a 5' pole", "a 5 m pole")]
    [InlineData("caption, max 30 words: mug", "caption, min 30 words: mug")]
    public void Packs_and_bounds_that_differ_differ(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("Can't you write a caption for a mug?", "I'd like a caption for a mug")]
    [InlineData("We'd need a caption for a mug", "I'm after a caption for a mug")]
    [InlineData("Let's have a caption for a mug", "Caption for a mug")]
    [InlineData("Scene description needed, it shows a mug", "Scene description for a mug")]
    [InlineData("ad line: mug", "Write an advertising line for a mug")]
    [InlineData("Mug - product image", "product image: mug")]
    [InlineData("Hey, me again :) Caption for a mug", "Caption for a mug")]
    [InlineData("Okay, next one. Caption for a mug", "Caption for a mug (if that's okay with you)")]
    public void A_request_begins_in_several_ways(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("Can't you write a caption for a mug?", "Don't write a caption for a mug")]
    [InlineData("ad line: mug", "image title: mug")]
    [InlineData("ad line: mug", "mug")]
    [InlineData("poster, alt text", "poster")]
    [InlineData("Okay mug", "mug")]
    public void What_only_looks_like_a_beginning_is_kept(string one, string other) => Differs(one, other);

    private static void Differs(string one, string other)
    {
        Assert.False(SharedGuard.Guard.Compare(one, other).IsSame);
        Assert.False(SharedGuard.Guard.Compare(other, one).IsSame);
    }

    private static void IsSame(string one, string other)
    {
        Assert.Equal("same", SharedGuard.Guard.Compare(one, other).ToString());
        Assert.Equal("same", SharedGuard.Guard.Compare(other, one).ToString());
    }
}
