namespace Farthing.Gateway.Providers;

/// <summary>A request's form: which provider's endpoint it is written for.</summary>
public enum WireShape
{
    /// <summary>OpenAI's chat completions.</summary>
    Chat,

    /// <summary>Anthropic's messages.</summary>
    Messages,

    /// <summary>OpenAI's responses.</summary>
    Responses,

    /// <summary>OpenAI's embeddings.</summary>
    Embeddings,
}

/// <summary>What holds for a shape whoever serves it.</summary>
public static class WireShapes
{
    /// <summary>The name in the ledger, such as <c>chat</c>.</summary>
    public static string Name(this WireShape shape) => shape switch
    {
        WireShape.Chat => "chat",
        WireShape.Messages => "messages",
        WireShape.Responses => "responses",
        WireShape.Embeddings => "embeddings",
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Unknown shape."),
    };

    /// <summary>The path below a base URL that ends in the version, such as <c>chat/completions</c>.</summary>
    public static string Path(this WireShape shape) => shape switch
    {
        WireShape.Chat => "chat/completions",
        WireShape.Messages => "messages",
        WireShape.Responses => "responses",
        WireShape.Embeddings => "embeddings",
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Unknown shape."),
    };
}
