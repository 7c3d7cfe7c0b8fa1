namespace Farthing.Ledger.Posting;

/// <summary>What a charge was spent on: the stages of a render, calls of language models, then what belongs to a lease and no render.</summary>
public enum Stage
{
    /// <summary>Caption rewriting.</summary>
    Caption,

    /// <summary>Text encoders.</summary>
    TextEncode,

    /// <summary>Denoising by the UNet.</summary>
    Denoise,

    /// <summary>Encoding and decoding by the VAE.</summary>
    Vae,

    /// <summary>Finishing the picture and storing it.</summary>
    FinishAndStore,

    /// <summary>A call of a language model through the gateway, which belongs to no render.</summary>
    LlmCall,

    /// <summary>Loading models and first runs, on the lease.</summary>
    WarmUp,

    /// <summary>Time of the lease in which nothing ran.</summary>
    Idle,

    /// <summary>Time of the lease that no charge explains, because its worker died or did not report it.</summary>
    Lost,

    /// <summary>What the charges of a closed lease, each rounded, differ from the price of the whole lease.</summary>
    Rounding,
}

/// <summary>The written forms of a <see cref="Stage"/>.</summary>
public static class StageNames
{
    private static (string Code, string Display)[] Names { get; } =
    [
        ("caption", "caption rewriting"),
        ("text_encoders", "text encoders"),
        ("unet", "UNet denoising"),
        ("vae", "VAE decode"),
        ("finish", "storage + image post"),
        ("llm_call", "LLM calls"),
        ("warm_up", "warm-up"),
        ("idle", "idle"),
        ("lost", "lost"),
        ("rounding", "rounding"),
    ];

    /// <summary>All stages, in the order of a report's rows.</summary>
    public static IReadOnlyList<Stage> All { get; } = Enum.GetValues<Stage>();

    /// <summary>The name in files, such as <c>text_encoders</c>.</summary>
    public static string Code(this Stage stage) => Names[(int)stage].Code;

    /// <summary>The name for people, such as <c>UNet denoising</c>.</summary>
    public static string Display(this Stage stage) => Names[(int)stage].Display;

    /// <summary>Whether a render's attempt does it, rather than a lease as a whole.</summary>
    public static bool IsOfRender(this Stage stage) => stage <= Stage.FinishAndStore;

    /// <summary>Whether the loaded basis spreads it over the stages of renders.</summary>
    public static bool IsShared(this Stage stage) => stage is Stage.WarmUp or Stage.Idle or Stage.Rounding;

    /// <summary>Reads the name in files; false when there is no such stage.</summary>
    public static bool TryParse(string? code, out Stage stage)
    {
        var index = Array.FindIndex(Names, names => names.Code == code);
        stage = (Stage)Math.Max(index, 0);
        return index >= 0;
    }
}
