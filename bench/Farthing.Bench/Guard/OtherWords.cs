namespace Farthing.Bench.Guard;

/// <summary>Products, values and templates of a second shop, which the guard's lists were not made for.</summary>
internal static class OtherWords
{
    /// <summary>A product, another name for it (or none), and a near one.</summary>
    public static readonly (string Name, string Other, string Near)[] Products =
    [
        ("hammock", "", "deckchair"), ("sleeping bag", "", "bivvy bag"), ("rocking chair", "rocker", "bar stool"), ("casserole dish", "ovenproof dish", "gravy boat"),
        ("egg timer", "kitchen timer", "egg cup"), ("doormat", "welcome mat", "bath mat"), ("footstool", "ottoman", "bench"), ("lunchbox", "bento box", "bread bin"),
        ("letter opener", "paper knife", "stapler"), ("bobble hat", "beanie", "sun hat"), ("overalls", "dungarees", "jumpsuit"), ("cagoule", "windbreaker", "poncho"),
        ("moccasin", "loafer", "clog"), ("satchel", "messenger bag", "duffel bag"), ("spinning top", "whirligig", "yo-yo"), ("marble run", "", "train set"),
        ("piggy bank", "money box", "jewel case"), ("hot plate", "portable hob", "slow cooker"), ("soundbar", "", "subwoofer"), ("ebook reader", "e-reader", "photo viewer"),
        ("dash cam", "car camera", "parking sensor"), ("pepper mill", "pepper grinder", "salt shaker"), ("rolling pin", "", "whisk"), ("hand cream", "hand lotion", "foot balm"),
        ("beard oil", "", "beard balm"), ("peanut butter", "", "almond spread"), ("green tea", "", "herbal tea"), ("granola", "", "porridge"), ("chisel", "", "rasp"),
        ("wheelbarrow", "garden cart", "leaf blower"), ("secateurs", "pruning shears", "loppers"), ("step ladder", "folding steps", "trestle"), ("ladle", "", "cradle"),
        ("skirt", "", "shirt"), ("kettle", "", "nettle"), ("clutch bag", "evening bag", "belt bag"), ("music box", "", "music stand"), ("orange squash", "", "orange jam"),
    ];

    public static readonly string[] Brands = ["Orvelle", "Brackenhill", "Noor & Pike", "Zindra", "Halcyon Forge", "Wexmoor", "Tamsin Grey", "Pollux", "Marisco", "Junivo"];

    public static readonly string[] Colours =
    [
        "olive green", "sage green", "rust", "mustard yellow", "coral", "ivory", "charcoal", "lilac", "turquoise", "crimson", "sky blue", "sand", "peach", "plum", "bronze",
        "maroon", "cobalt blue", "pale pink", "deep purple", "off white", "pink", "purple", "blue", "dark turquoise", "terracotta", "heather", "biscuit",
    ];

    public static readonly string[] Materials = ["felt", "hemp", "pewter", "earthenware", "corduroy", "tweed", "walnut", "neoprene", "slate", "brass", "tin", "raffia", "melamine", "boucle"];

    public static readonly string[] Patterns = ["gingham", "herringbone", "argyle", "zebra", "batik", "chevron", "starry", "toile", "colour-block"];

    public static readonly string[] Audiences = ["adults'", "juniors'", "seniors'", "newborn", "petite", "maternity"];

    public static readonly string[] Parts = ["wheels", "carry case", "drawstring", "hinge", "spout", "tassel", "grip", "visor", "lining", "timer", "engraving", "bow", "magnet", "rivets"];

    public static readonly string[] Places =
    [
        "on a pebble beach", "in a greenhouse", "on a slate worktop", "against a brick wall", "in a nursery", "on a jetty", "in a workshop", "on a marble plinth",
        "beside a canal", "on hay bales", "in a snowy field", "on a yellow backdrop", "under a pergola",
    ];

    public static readonly string[] Lights = ["moonlight", "rim lighting", "firelight", "dappled shade", "fluorescent light", "blue hour", "spotlight", "misty morning light"];

    public static readonly string[] Angles = ["eye-level shot", "isometric view", "tilted angle", "aerial view", "macro shot", "over-the-shoulder shot"];

    public static readonly string[] Styles = ["claymation style", "charcoal style", "art deco style", "blueprint style", "manga style", "stained glass style", "risograph style"];

    public static readonly string[] Languages = ["Swedish", "Korean", "Turkish", "Greek", "Czech", "Finnish"];

    /// <summary>A unit, the values that it has, and the same in other units with the factor from the first.</summary>
    public static readonly (string Unit, decimal[] Values, (string Unit, decimal Factor)[] Others)[] Measures =
    [
        ("cm", [16, 22, 28, 34, 62, 110, 175], [("mm", 10m), ("m", 0.01m), ("centimetres", 1m)]),
        ("ml", [40, 90, 180, 350, 700, 1200], [("l", 0.001m), ("cl", 0.1m), ("millilitres", 1m)]),
        ("g", [45, 80, 150, 225, 375, 900], [("kg", 0.001m), ("grams", 1m)]),
        ("W", [12, 45, 90, 300, 850], [("kW", 0.001m), ("watts", 1m)]),
        ("inch", [7, 9, 11, 27], [("in", 1m), ("inches", 1m)]),
    ];

    public static readonly (string Kind, int[] Values)[] Counts = [("pair of", [2, 4, 6]), ("pack of", [3, 7, 9, 15, 20]), ("set of", [2, 5, 7, 11, 16]), ("crate of", [6, 9, 24])];

    public static readonly string[] Things = ["crate", "pouch", "shelf", "saucer", "ledge", "stool", "planter", "hamper"];

    public static readonly string[] Prompts =
    [
        "Draft an image prompt about {x}", "Compose a prompt for a picture of {x}", "Generate a diffusion prompt: {x}", "Prepare a visual prompt from this entry: {x}",
        "Prompt please: {x}", "Convert this shop entry to a text-to-image prompt: {x}", "We need a picture prompt for {x}", "Devise an AI image prompt depicting {x}",
        "{x}. Create the prompt.", "Our artist is waiting for a prompt of {x}", "Illustration prompt, please, for {x}",
    ];

    public static readonly string[] Captions =
    [
        "Draft a short caption: {x}", "Polish this caption: {x}", "Give this item a caption: {x}", "Product text for {x}", "Come up with a caption for {x}",
        "Reword the following description: {x}", "Caption needed: {x}", "Summarise this article as a caption: {x}", "Phrase a catalogue caption for {x}",
        "Spruce up this product blurb: {x}", "Punchier caption wanted: {x}",
    ];

    public static readonly string[] Before = ["Good evening. ", "Dear colleague, ", "Be so kind: ", "When time permits, ", "Sorry for the rush. ", "Hiya, ", "Please ", "Hello there, ", "Would you mind: "];

    public static readonly string[] After = [" Many thanks!", ". Appreciate it.", ". Ta!", ". Hope this is okay.", ". Much obliged.", ". With kind regards", " please", ". Cheers all"];

    /// <summary>Words that mean the same, beside the products' own.</summary>
    public static readonly (string One, string Other)[] Synonyms =
    [
        ("with", "including"), ("without", "no"), ("aerial view", "drone view"), ("moonlight", "moonlit"), ("spotlight", "spot light"), ("newborn", "new-born"),
        ("backdrop", "background"), ("juniors'", "youth"), ("worktop", "countertop"), ("jetty", "pier"), ("engraving", "etching"), ("carry case", "carrying case"),
    ];

    public static readonly (string One, string Other)[] Spellings = [("colour", "color"), ("grey", "gray"), ("centimetres", "centimeters"), ("millilitres", "milliliters")];

    public static readonly (string One, string Other)[] Abbreviations = [("with", "w/"), ("without", "w/o"), ("pack of", "pk of"), ("image", "img"), ("picture", "pic"), ("product", "prod.")];

    /// <summary>Every word and phrase that a list could have been made for.</summary>
    public static IEnumerable<string> All =>
        Products.SelectMany(static product => new[] { product.Name, product.Other, product.Near })
            .Concat(Colours.SelectMany(static colour => colour.Split(' ').Append(colour)))
            .Concat(Materials).Concat(Patterns).Concat(Parts).Concat(Lights).Concat(Angles).Concat(Styles)
            .Concat(Synonyms.SelectMany(static pair => new[] { pair.One, pair.Other }))
            .Select(static word => word.Replace("'", "", StringComparison.Ordinal).Replace('-', ' '))
            .Where(static word => word.Length > 0 && word is not ("with" or "without" or "no" or "including"))
            .Distinct(StringComparer.Ordinal);
}
