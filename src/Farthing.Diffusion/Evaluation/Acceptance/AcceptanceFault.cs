namespace Farthing.Diffusion.Evaluation;

/// <summary>Why a model counts as not accepted.</summary>
public enum AcceptanceFault
{
    /// <summary>It is accepted.</summary>
    None,

    /// <summary>There is no acceptance.json.</summary>
    Missing,

    /// <summary>acceptance.json is no record that this program knows.</summary>
    Unreadable,

    /// <summary>The record was changed after it was signed, or the signature is none.</summary>
    BadSignature,

    /// <summary>The record is sound, but signed with a key that is not trusted here.</summary>
    UnknownKey,

    /// <summary>The record is about another model: the files were changed since, or it was copied here.</summary>
    OtherModel,

    /// <summary>The candidate was held against another reference model than the one it is to stand in for.</summary>
    OtherReference,

    /// <summary>The record says that the evaluation was not passed.</summary>
    NotPassed,
}
