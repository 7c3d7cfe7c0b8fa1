using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Tests.Gateway.SemanticCache;

/// <summary>One case for each trap that a guard of captions can fall into.</summary>
public sealed class GuardTrapTests
{
    [Theory]
    [InlineData("mug, 0.5 l", "mug, 500 ml")]
    [InlineData("mug, 50 cl", "mug, 500ml")]
    [InlineData("rug, 40 x 60 cm", "rug, 400x600 mm")]
    [InlineData("pan, 24 cm", "pan, 240 mm")]
    [InlineData("bag, 1,000 g", "bag, 1 kg")]
    [InlineData("dress, size L", "dress, size: large")]
    [InlineData("laptop, 13.3\"", "laptop, 13.3 inch")]
    [InlineData("Caption this: \"television, 10\"", "Caption this: television, 10")]
    [InlineData("Caption this: \"television, 10\"\"", "Caption this: television, 10 inch")]
    [InlineData("Caption this: \"television, 10\", black\"", "Caption this: television, 10 inch, black")]
    [InlineData("headphones, 60 minutes", "headphones, 1 h")]
    [InlineData("mug, set of 2", "mug, set of two")]
    [InlineData("mug, set of twenty-one", "mug, set of 21")]
    [InlineData("doll, ages 3+", "doll, from 3 years")]
    [InlineData("teapot w/o lid", "teapot without lid")]
    [InlineData("teapot, no lid", "teapot without lid")]
    [InlineData("teapot w/ lid", "teapot incl. lid")]
    [InlineData("teapot witohut lid", "teapot without lid")]
    [InlineData("navy dress", "navy blue dress")]
    [InlineData("grey mug", "gray mug")]
    [InlineData("light blue mug", "mug in pale blue")]
    [InlineData("white shoe on a black table", "black table with a white shoe on it")]
    [InlineData("a belt to the left of a candle", "a candle to the right of a belt")]
    [InlineData("a ring inside a box", "a box holding a ring")]
    [InlineData("a cup in front of a vase", "a vase behind a cup")]
    [InlineData("a cup next to a vase", "a vase beside a cup")]
    [InlineData("a pink flask made of leather", "a leather flask in pink")]
    [InlineData("red kite with a blue tail", "kite in red with tail in blue")]
    [InlineData("steel hammer", "Steel hamer")]
    [InlineData("close-up of a mug", "Close up of a mug")]
    [InlineData("red mug, on marble", "RED MUG | ON MARBLE")]
    [InlineData("Hi, please write a caption for a red mug. Thanks a lot!", "Write a caption for a red mug")]
    [InlineData("Describe a red mug for a product page, side view", "Rewrite this caption: \"red mug, side view\"")]
    [InlineData("mug, text in German", "mug (German)")]
    [InlineData("Item: olive oil. Style: oil painting style", "Item: olive oil; style: oil painting style")]
    public void What_says_the_same_is_the_same(string one, string other)
    {
        Assert.Equal("same", SharedGuard.Guard.Compare(one, other).ToString());
        Assert.Equal("same", SharedGuard.Guard.Compare(other, one).ToString());
    }

    [Theory]
    [InlineData("mug, 300 ml", "mug, 500 ml", GuardReason.Measure)]
    [InlineData("mug, 30 ml", "mug, 30 l", GuardReason.Measure)]
    [InlineData("shoe, size 38", "shoe, size 39", GuardReason.Measure)]
    [InlineData("rug, 40 x 60 cm", "rug, 60 x 40 cm", GuardReason.Measure)]
    [InlineData("doll, ages 3+", "doll, ages 8+", GuardReason.Measure)]
    [InlineData("mug, set of 2", "mug, set of 12", GuardReason.Number)]
    [InlineData("mug, set of 2", "mug, pack of 2", GuardReason.Number)]
    [InlineData("2 mugs and 6 plates", "6 mugs and 2 plates", GuardReason.Roles)]
    [InlineData("mug 40 cm with handle 20 cm", "mug 20 cm with handle 40 cm", GuardReason.Roles)]
    [InlineData("teapot with lid", "teapot without lid", GuardReason.Negation)]
    [InlineData("teapot without lid", "teapot", GuardReason.Negation)]
    [InlineData("teapot with lid", "teapot", GuardReason.Word)]
    [InlineData("teapot without lid", "lid without teapot", GuardReason.Negation)]
    [InlineData("mug without lid, handle", "mug without handle, lid", GuardReason.Negation)]
    [InlineData("slip mat", "non-slip mat", GuardReason.Negation)]
    [InlineData("blue mug", "light blue mug", GuardReason.Colour)]
    [InlineData("light blue mug", "dark blue mug", GuardReason.Colour)]
    [InlineData("dark red mug", "red mug", GuardReason.Colour)]
    [InlineData("light wood table, blue", "light blue table, wood", GuardReason.Colour)]
    [InlineData("white shoe on a black table", "black shoe on a white table", GuardReason.Roles)]
    [InlineData("red kite with a blue tail", "kite in blue with tail in red", GuardReason.Roles)]
    [InlineData("red kite with a tail, blue", "blue kite with a tail, red", GuardReason.Roles)]
    [InlineData("kite with tail in red", "kite with tail, in red", GuardReason.Roles)]
    [InlineData("red cup atop a teal saucer", "teal cup atop a red saucer", GuardReason.Roles)]
    [InlineData("tall mug and short vase", "short mug and tall vase", GuardReason.Roles)]
    [InlineData("a mug on a table", "a table on a mug", GuardReason.Roles)]
    [InlineData("a belt to the left of a candle", "a candle to the left of a belt", GuardReason.Roles)]
    [InlineData("a table with a red shoe on it", "a red table with a shoe on it", GuardReason.Roles)]
    [InlineData("toy in a box on a chair", "toy on a chair in a box", GuardReason.Roles)]
    [InlineData("milk chocolate", "chocolate milk", GuardReason.Roles)]
    [InlineData("table lamp", "lamp table", GuardReason.Roles)]
    [InlineData("mug, soft daylight, front panel", "mug, front daylight, soft panel", GuardReason.Roles)]
    [InlineData("mug, red handle, blue lid", "mug, red lid, blue handle", GuardReason.Roles)]
    [InlineData("mug. Background: white. Colour: red", "mug. Background: red. Colour: white", GuardReason.Roles)]
    [InlineData("mug. Scene: jungle", "jungle mug", GuardReason.Roles)]
    [InlineData("mug. Quantity: 5", "mug. Age: 5", GuardReason.Roles)]
    [InlineData("skirt, red", "shirt, red", GuardReason.Word)]
    [InlineData("boy", "toy", GuardReason.Word)]
    [InlineData("yoga mat", "yoga hat", GuardReason.Word)]
    [InlineData("Norvik mug", "Norvic mug", GuardReason.Word)]
    [InlineData("wool rug", "rug", GuardReason.Word)]
    [InlineData("candle", "candles", GuardReason.Word)]
    [InlineData("Hello Kitty mug", "kitty mug", GuardReason.Word)]
    [InlineData("Write a caption for a shot glass", "Write a caption for a glass", GuardReason.Word)]
    [InlineData("Write a caption for a photo frame", "Photo caption wanted for a frame", GuardReason.Word)]
    [InlineData("picture of a boat", "boat", GuardReason.Word)]
    [InlineData("stand for a photo", "stand", GuardReason.Word)]
    [InlineData("Write a moody caption: red mug", "Write a cheerful caption: red mug", GuardReason.Word)]
    [InlineData("mug, in the evening", "mug", GuardReason.Word)]
    [InlineData("red orange marmalade", "orange red marmalade", GuardReason.Roles)]
    [InlineData("dress, size XL. Use Polish.", "dress, size XL", GuardReason.Language)]
    [InlineData("mug, in German", "mug, in French", GuardReason.Language)]
    [InlineData("nail polish", "nail", GuardReason.Word)]
    [InlineData("Write a caption for a red mug", "Write an image prompt for a red mug", GuardReason.Answer)]
    [InlineData("Write a caption for a red mug", "red mug", GuardReason.Answer)]
    [InlineData("Write a title for a red mug", "Write a caption for a red mug", GuardReason.Answer)]
    [InlineData("a dog with a hat, a cat with a scarf", "a dog with a scarf, a cat with a hat", GuardReason.Roles)]
    [InlineData("cushion printed with 😀", "cushion printed with 😍", GuardReason.Word)]
    [InlineData("Wall art: thanks", "Wall art: cheers", GuardReason.Word)]
    [InlineData("Neon sign, hello", "Neon sign, thanks", GuardReason.Word)]
    [InlineData("The flask is maroon while the hat is navy", "The flask is navy while the hat is maroon", GuardReason.Roles)]
    [InlineData("A flask made of felt holding a hat made of cork", "A flask made of cork holding a hat made of felt", GuardReason.Roles)]
    [InlineData("one banjo is blue, the honey is red", "one banjo is red, the honey is blue", GuardReason.Roles)]
    [InlineData("banjo: zzred; viola: zzblue", "banjo: zzblue; viola: zzred", GuardReason.Roles)]
    [InlineData("banjo = zzred, viola = zzblue", "banjo = zzblue, viola = zzred", GuardReason.Roles)]
    [InlineData("login screen (zzred) & chat window (zzblue)", "login screen (zzblue) & chat window (zzred)", GuardReason.Roles)]
    [InlineData("{\"yo-yo\":\"zzred\",\"fern\":\"zzblue\"}", "{\"yo-yo\":\"zzblue\",\"fern\":\"zzred\"}", GuardReason.Roles)]
    [InlineData("a vase, on a chair, and a lamp, on a table", "a vase, on a table, and a lamp, on a chair", GuardReason.Roles)]
    [InlineData("hole punch\nzzred\n\nstapler\nzzblue", "hole punch\nzzblue\n\nstapler\nzzred", GuardReason.Roles)]
    [InlineData("a teal cactus and a copper peace lily", "a copper cactus and a teal peace lily", GuardReason.Roles)]
    [InlineData("trumpet (copper) on oboe (black)", "trumpet (black) on oboe (copper)", GuardReason.Roles)]
    [InlineData("wine glass rack", "glass wine rack", GuardReason.Roles)]
    [InlineData("Red Bull sticker", "Bull Red sticker", GuardReason.Roles)]
    [InlineData("Step 1: fern. Step 2: lily.", "Step 1: lily. Step 2: fern.", GuardReason.Roles)]
    [InlineData("mug in red then in blue", "mug in blue then in red", GuardReason.Roles)]
    [InlineData("Start with jade and end with violet: mug", "Start with violet and end with jade: mug", GuardReason.Roles)]
    [InlineData("mug > 5 kg", "mug < 5 kg", GuardReason.Word)]
    [InlineData("mug, version 2.1", "mug, version 2.10", GuardReason.Number)]
    [InlineData("Write alt text for a red mug", "Write a caption for a red mug", GuardReason.Answer)]
    [InlineData("Write a detailed description of a mug", "Write a brief description of a mug", GuardReason.Word)]
    [InlineData("mug next to a glass", "mug next to glass", GuardReason.Word)]
    [InlineData("mug for $5", "mug for €5", GuardReason.Measure)]
    [InlineData("mug, 1,5 l", "mug, 15 l", GuardReason.Measure)]
    [InlineData("rod, 5-10 mm", "rod, 5-15 mm", GuardReason.Measure)]
    [InlineData("mug, 12 March 2024", "mug, 13 March 2024", GuardReason.Measure)]
    [InlineData("mug 🎃", "mug", GuardReason.Word)]
    [InlineData("", "a red mug", GuardReason.Unreadable)]
    [InlineData("  ", "\u0001", GuardReason.Unreadable)]
    [InlineData("红色杯子", "蓝色杯子", GuardReason.Word)]
    public void What_states_something_else_differs(string one, string other, GuardReason reason)
    {
        Assert.Equal(reason, SharedGuard.Guard.Compare(one, other).Reason);
        Assert.False(SharedGuard.Guard.Compare(other, one).IsSame);
    }

    [Fact]
    public void Texts_that_the_embedder_cant_tell_apart_are_not_served_by_similarity()
    {
        CaptionGuard guard = SharedGuard.Guard;
        Assert.Equal("cut", guard.Compare(guard.Read("red mug, a", EmbeddedText.Cut), guard.Read("red mug; a")).ToString());
        Assert.Equal("unknown-script", guard.Compare(guard.Read("red mug"), guard.Read("red  mug.", EmbeddedText.MostlyUnknown)).ToString());
        Assert.True(guard.Compare(guard.Read("red mug", EmbeddedText.Cut), guard.Read("red mug", EmbeddedText.Cut)).IsSame);
        string longText = new('x', 9_000);
        Assert.Equal(GuardReason.Unreadable, guard.Compare(longText, longText + " ").Reason);
    }

    [Theory]
    [InlineData("cup, 1,5 l", "cup, 1.5 l")]
    [InlineData("cup, 1.50 l", "cup, 1500 ml")]
    [InlineData("rod, 5–10 mm", "rod, 5 to 10 mm")]
    [InlineData("rod, 3/4 in", "rod, 0.75 inch")]
    [InlineData("rod, 1 1/2 inch", "rod, 1½ in")]
    [InlineData("eggs, two dozen", "eggs, 24")]
    [InlineData("half a litre of milk", "0.5 l of milk")]
    [InlineData("mug for €12.50", "mug for 12.5 euros")]
    [InlineData("bath, 10 °C", "bath, 10 degrees Celsius")]
    [InlineData("mug, 12 March 2024", "mug, March 12, 2024")]
    [InlineData("timer, 5 mins", "timer, 300 s")]
    [InlineData("mug, 2nd edition", "mug, second edition")]
    [InlineData("red mug ✨", "red mug")]
    [InlineData("Can you describe mugs?", "Describe mugs")]
    [InlineData("Write a caption for {\"colour\": \"red\"}", "Write a caption for:\n- **colour**: red")]
    public void What_is_written_in_two_ways_is_the_same(string one, string other)
    {
        Assert.Equal(GuardReason.None, SharedGuard.Guard.Compare(one, other).Reason);
        Assert.True(SharedGuard.Guard.Compare(other, one).IsSame);
    }
}
