using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Precision;

/// <summary>Lets a quantized model pass only with an acceptance in force, unless a person forces it.</summary>
internal sealed class AcceptanceGate(PrecisionSettings settings, ModelShelf shelf)
{
    /// <summary>The model with its acceptance record, or marked where it is forced. A full-precision model needs none.</summary>
    /// <exception cref="PrecisionException">It is not accepted and not forced.</exception>
    public RenderModel Pass(RenderModel model)
    {
        if (model.Precision.IsFull())
        {
            return model;
        }

        var (fault, record) = AcceptanceCheck.Check(model.Path, model.Hash, shelf.Full?.Hash, settings.TrustedKeys);
        return fault == AcceptanceFault.None ? model with { Acceptance = record }
            : settings.Force ? model with { Forced = Reason(fault, record) }
            : throw new PrecisionException(Refusal(model, fault, record));
    }

    private string Refusal(RenderModel model, AcceptanceFault fault, AcceptanceRecord? record)
    {
        string reference = shelf.Full?.Path ?? "the full-precision model";
        string trust = fault == AcceptanceFault.UnknownKey
            ? ", or list that key under acceptance: trusted_keys in the configuration if you trust its owner"
            : "";
        return $"The {model.Precision.ToName()} model '{model.Path}' is not accepted: {Reason(fault, record)}. "
            + $"Run `farthing evaluate {reference} {model.Path}`{trust}. --force-precision takes it all the same and notes it with every picture.";
    }

    private static string Reason(AcceptanceFault fault, AcceptanceRecord? record) => fault switch
    {
        AcceptanceFault.Missing => "it has no acceptance record, so nobody has measured what its precision does to pictures",
        AcceptanceFault.Unreadable => "its acceptance record can't be read",
        AcceptanceFault.BadSignature => "its acceptance record was changed after it was signed",
        AcceptanceFault.UnknownKey => $"its acceptance record is signed with a key that is not trusted here ({record?.PublicKey})",
        AcceptanceFault.OtherModel => "its files are not those that were accepted",
        AcceptanceFault.OtherReference => "it was held against another full-precision model than the one it would stand in for",
        AcceptanceFault.NotPassed => "it did not pass its evaluation",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No fault."),
    };
}
