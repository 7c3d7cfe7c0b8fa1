namespace Farthing.Tests.Gateway.SemanticCache;

/// <summary>What is compared as it is written: printed text, hyphens, capitals, approximations.</summary>
public sealed class GuardLiteralTests
{
    [Theory]
    [InlineData("mug with the text \"mom\" on it", "mug with the text \"MOM\" on it")]
    [InlineData("Image prompt with the text \"mom\"", "Image prompt with the text \"MOM\"")]
    [InlineData("sign that reads \"Open\" on a door", "sign that reads \"Open?\" on a door")]
    [InlineData("cake topper saying \"colour\"", "cake topper saying \"color\"")]
    [InlineData("\"Open\" sign on a door", "\"open\" sign on a door")]
    [InlineData("banner \"100 g\" on a wall", "banner \"0.1 kg\" on a wall")]
    [InlineData("mug that says Best Mom", "mug that says best mom")]
    [InlineData("mug with the word Hello on it", "mug with the word hello on it")]
    [InlineData("mug, slogan: Thanks, please", "mug, slogan: Thanks")]
    [InlineData("greeting card, \"thank you\"", "greeting card")]
    [InlineData("{\"product\": \"mug\", \"text\": \"MOM\"}", "{\"product\": \"mug\", \"text\": \"mom\"}")]
    [InlineData("shirt labelled Max", "shirt labelled MAX")]
    [InlineData("a card saying “Hi” inside, “Bye” outside", "a card saying “Bye” inside, “Hi” outside")]
    public void What_is_printed_is_compared_letter_by_letter(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("mug with the text \"mom\" on it", "Mug with the text 'mom' on it")]
    [InlineData("mug with the text “mom” on it", "mug with the text \"mom\" on it")]
    [InlineData("Rewrite this text: \"red mug, side view\"", "Rewrite this text: red mug, side view")]
    [InlineData("Rewrite this caption: \"lipstick, 4g\" Thanks!", "Rewrite this caption: \"lipstick, 4 g\"")]
    [InlineData("\"red mug, side view\"", "Red mug, side view")]
    [InlineData("Caption for {\"product\": \"mug\", \"colour\": \"red\"}", "caption for product: Mug, colour: Red")]
    [InlineData("a reading lamp, red", "A Reading Lamp, red")]
    [InlineData("Alt text, at most 12 words: an eye-level shot", "Alt text, at most 12 words: an eye level shot")]
    public void Quotes_around_a_request_are_not(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("twenty five-litre cans", "25 l cans")]
    [InlineData("twenty five-litre cans", "twenty-five-litre cans")]
    [InlineData("two hundred-watt bulbs", "200 watt bulbs")]
    [InlineData("forty six-packs", "46 packs")]
    [InlineData("two dozen-packs of eggs", "24 packs of eggs")]
    [InlineData("two 1/2 inch bolts", "2 1/2 inch bolts")]
    [InlineData("two ½ inch bolts", "2 ½ inch bolts")]
    [InlineData("three year-old puppies", "three-year-old puppies")]
    [InlineData("ten foot-long hot dogs", "ten-foot-long hot dogs")]
    [InlineData("two seater sofas", "two-seater sofas")]
    [InlineData("man eating shark toy", "man-eating shark toy")]
    [InlineData("tennis balls, pack of 3", "tennis balls, 3 packs")]
    [InlineData("tennis balls, 3-packs", "tennis balls, 3 packs")]
    public void A_hyphen_that_says_what_belongs_together_is_kept(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("twenty five-litre cans", "20 5-litre cans")]
    [InlineData("twenty-five litre cans", "25 l cans")]
    [InlineData("forty-six packs", "46 packs")]
    [InlineData("2½ inch bolts", "2 1/2 inch bolts")]
    [InlineData("a 30 cm-long stick", "a 30cm-long stick")]
    [InlineData("a three piece tongs set", "a three-piece tongs set")]
    [InlineData("tennis balls, pack of 3", "tennis balls, three-pack")]
    public void A_hyphen_that_says_nothing_is_not(string one, string other) => IsSame(one, other);

    [Theory]
    [InlineData("a ~5 kg bell", "a 5 kg bell")]
    [InlineData("Write a caption of about 50 words: mug", "Write a caption of 50 words: mug")]
    [InlineData("A jar of Polish on a table", "A jar of polish on a table")]
    [InlineData("Caption for US: mug on a table", "Caption for us: mug on a table")]
    [InlineData("the makers' mark on a vase", "the maker's mark on a vase")]
    [InlineData("Caption for a 5 MW plant", "Caption for a 5 mW plant")]
    public void Approximations_and_capitals_that_make_other_words_are_kept(string one, string other) => Differs(one, other);

    [Theory]
    [InlineData("a ~5 kg bell", "an approx. 5 kg bell")]
    [InlineData("a bell of about 5 kg", "a bell of roughly 5 kg")]
    [InlineData("A caption about 2 mugs", "A caption for two mugs")]
    [InlineData("CAPTION FOR POLISH SAUSAGE", "Caption for Polish sausage")]
    [InlineData("caption for polish sausage", "Caption for Polish sausage")]
    [InlineData("girl's dress with a bow", "girls dress with a bow")]
    public void Texts_that_write_nothing_on_purpose_are_read_alike(string one, string other) => IsSame(one, other);

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
