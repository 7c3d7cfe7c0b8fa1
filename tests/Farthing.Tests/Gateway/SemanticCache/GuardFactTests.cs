namespace Farthing.Tests.Gateway.SemanticCache;

/// <summary>Words of the job that state something where they stand, and facts that English says in several ways.</summary>
public sealed class GuardFactTests
{
    [Theory]
    [InlineData("Slogan of 9 words: kayak", "Slogan of up to 9 words: kayak")]
    [InlineData("Write a slogan of nine words for a kayak", "Write a slogan of at most nine words for a kayak")]
    [InlineData("Write a caption below 9 words for a kayak", "Write a caption with 9 words for a kayak")]
    [InlineData("Translate into Danish: a kayak", "Translate from Danish: a kayak")]
    [InlineData("A kayak. Write the caption in Danish and Welsh.", "A kayak. Write the caption in Danish or Welsh.")]
    [InlineData("Title in Danish and Welsh: kayak", "Title in Danish or Welsh: kayak")]
    [InlineData("Write a caption and a title for a kayak", "Write a caption for a kayak")]
    [InlineData("Write a caption and a title for a kayak", "Write a caption or a title for a kayak")]
    [InlineData("Alt text and caption: kayak", "Alt text or caption: kayak")]
    [InlineData("A kayak. Write a caption and a title.", "A kayak. Write a caption or a title.")]
    public void Little_words_of_the_job_beside_a_number_a_language_or_an_answer_are_kept(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("lime on the left, cherry on the right", "cherry on the left, lime on the right")]
    [InlineData("Image prompt: olive at the top, kiwi at the bottom", "Image prompt: kiwi at the top, olive at the bottom")]
    [InlineData("fox in the foreground, barn in the background", "barn in the foreground, fox in the background")]
    [InlineData("lemon (left), crow (right)", "crow (left), lemon (right)")]
    public void Two_places_without_a_thing_of_their_own_keep_their_order(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("Zubo 5 drill", "Zubo drill, 5")]
    [InlineData("Galaxy 4 kayak", "Galaxy kayak, 4")]
    [InlineData("a kayak for Zubo 3, red", "a kayak for Zubo, 3, red")]
    public void A_number_of_a_name_stays_with_it(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("a little hope", "little hope")]
    [InlineData("a rare-book seller", "a rare book seller")]
    [InlineData("a small-dog coat", "a small dog coat")]
    [InlineData("more-used trails", "more used trails")]
    [InlineData("little-known songs", "little known songs")]
    [InlineData("Let's paint, Otto", "Let's paint Otto")]
    [InlineData("We know, Maria", "We know Maria")]
    public void Little_hyphens_and_commas_that_say_something_are_kept(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("a little kayak", "a small kayak")]
    [InlineData("an old-fashioned kayak", "an old fashioned kayak")]
    [InlineData("a kayak you can fold, red and light", "a kayak you can fold, red, and light")]
    public void Those_that_say_nothing_are_not(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("kayak, up to 90 kg", "kayak, no more than 90 kg")]
    [InlineData("kayak, for $90, on a lake", "kayak, price: $90, on a lake")]
    [InlineData("kayak, at 90 euros", "kayak, for €90")]
    [InlineData("Slogan for a kayak, in a solemn tone", "Slogan for a kayak, tone: solemn")]
    [InlineData("Slogan for a kayak, solemn in tone", "Slogan for a kayak, with a solemn tone")]
    [InlineData("buttons, sold in a pack of 4", "buttons, pack size: 4")]
    [InlineData("a kayak made by Ash & Thorn in a yard", "an Ash & Thorn kayak in a yard")]
    [InlineData("a red kayak by Ash & Thorn", "an Ash & Thorn red kayak")]
    [InlineData("a stool in oak", "an oak stool")]
    [InlineData("a stool crafted from cork", "a cork stool")]
    [InlineData("a stool in a lift", "a stool in an elevator")]
    public void Facts_are_said_in_several_ways(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("kayak, up to 90 kg", "kayak, at least 90 kg")]
    [InlineData("two kayaks, for $90", "kayaks, two for $90")]
    [InlineData("kayak, for $90", "kayak, under $90")]
    [InlineData("Slogan for a kayak, in a solemn tone", "Slogan for a kayak, not solemn in tone")]
    [InlineData("a cabin by Green Lake", "a Green Lake cabin")]
    [InlineData("a cake made by hand", "a hand cake")]
    [InlineData("a beetle in bamboo", "a bamboo beetle")]
    [InlineData("a candle in porcelain", "a porcelain candle")]
    [InlineData("a stool with a leg in oak", "an oak stool with a leg")]
    public void Others_are_others(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("We would love a caption for a kayak", "We're looking for a caption for a kayak")]
    [InlineData("It'd be lovely to have a caption for a kayak", "I'll need a caption for a kayak")]
    [InlineData("We're offering a kayak. Write a title.", "Write a title for a kayak")]
    [InlineData("Write a caption. It shows a kayak.", "Write a caption for a kayak")]
    [InlineData("A photo of a kayak. What should the caption say?", "Caption for a photo of a kayak")]
    [InlineData("slogan -> a kayak", "Write a slogan for a kayak")]
    [InlineData("Would you describe a kayak for me?", "Describe a kayak")]
    [InlineData("Trust you had a great weekend! Caption for a kayak. No rush whatsoever.", "Caption for a kayak")]
    [InlineData("We know you're busy, but write a caption for a kayak, could you help?", "Write a caption for a kayak")]
    [InlineData("As promised yesterday, caption for a kayak. You're a legend!", "Caption for a kayak. Warm wishes")]
    [InlineData("Sorry about the late message. Caption for a kayak. That would be brilliant.", "Caption for a kayak")]
    public void A_request_is_made_in_several_ways(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("We would love a kayak", "kayak")]
    [InlineData("a star, take your time clock", "a star")]
    [InlineData("Caption: you are a star", "Caption: you are a hero")]
    [InlineData("birthday card, best wishes", "birthday card")]
    [InlineData("mug. You are the best", "mug")]
    [InlineData("Caption for a mug, you are the best", "Caption for a mug")]
    [InlineData("Write a coin description for a shop", "Write a description for a shop")]
    [InlineData("Caption presents for children", "Caption for children")]
    [InlineData("Write an art caption for a kayak", "Write a caption for a kayak")]
    [InlineData("Slogan for a kayak: no hurry", "Slogan for a kayak")]
    [InlineData("Write a slogan for a gift for me", "Write a slogan for a gift")]
    [InlineData("slogan -> a kayak", "Write a title for a kayak")]
    public void What_only_looks_like_one_is_kept(string one, string other) => Differs(one, other);

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
