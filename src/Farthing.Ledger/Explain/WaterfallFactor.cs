using System.Diagnostics.CodeAnalysis;

namespace Farthing.Ledger.Explain;

/// <summary>What a bar of a waterfall stands for, in the order of the bars.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "int8 is the precision's name.")]
public enum WaterfallFactor
{
    /// <summary>What a unit of each resource costs, exchange rates included.</summary>
    Price,

    /// <summary>What was rendered and on what: shares of the tag sets, steps and sizes, and which resource did the work.</summary>
    Mix,

    /// <summary>How many renders share what a lease costs whether it works or not.</summary>
    Volume,

    /// <summary>Idle and warm-up time, and rounding, of the leases.</summary>
    Idle,

    /// <summary>Denoising in int8, by its memos.</summary>
    Int8,

    /// <summary>Texts that were not encoded again, by their memos, and what the cache itself costs.</summary>
    TextCache,

    /// <summary>Captions that were not written again, by their memos, and what the cache itself costs.</summary>
    CaptionCache,

    /// <summary>What attempts used that delivered nothing, and lost time.</summary>
    Waste,

    /// <summary>What none of the others explains: a render used more or less, and nothing in the ledger says why.</summary>
    Unexplained,

    /// <summary>From what the ledger says to what somebody claims.</summary>
    Claim,
}

/// <summary>The written forms of a <see cref="WaterfallFactor"/>.</summary>
public static class WaterfallFactorNames
{
    private static (string Code, string Display)[] Names { get; } =
    [
        ("price", "price"),
        ("mix", "mix"),
        ("volume", "volume"),
        ("idle", "idle and warm-up"),
        ("int8", "int8 speed-up"),
        ("text_cache", "text-cache hits"),
        ("caption_cache", "caption-cache hits"),
        ("waste", "waste"),
        ("unexplained", "unexplained"),
        ("claim", "unexplained, up to the claim"),
    ];

    /// <summary>The name in files, such as <c>text_cache</c>.</summary>
    public static string Code(this WaterfallFactor factor) => Names[(int)factor].Code;

    /// <summary>The name for people, such as <c>text-cache hits</c>.</summary>
    public static string Display(this WaterfallFactor factor) => Names[(int)factor].Display;
}
