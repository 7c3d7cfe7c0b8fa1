namespace Farthing.Gateway.Translation;

/// <summary>How an answer in JSON is asked of an Anthropic model.</summary>
public enum StructuredOutputForm
{
    /// <summary>A tool with the schema, which the model must call; its input becomes the answer's text. Every model can do it.</summary>
    ForcedTool,

    /// <summary><c>output_config.format</c>, and <c>strict</c> on tools. Claude 4.5 and later.</summary>
    Native,
}
