namespace Farthing.Diffusion.Evaluation;

/// <summary>Whether a model's acceptance is in force.</summary>
public static class AcceptanceCheck
{
    /// <summary>
    /// Reads the record in a candidate's directory. In this order: it is there, readable, unchanged since it was signed, by a
    /// trusted key, about these very files, held against this reference, and passed.
    /// </summary>
    /// <param name="candidateDirectory">The candidate's directory.</param>
    /// <param name="candidateHash"><see cref="Sessions.ModelHash"/> of it as it is now.</param>
    /// <param name="referenceHash">Hash of the model it stands in for; null where that is not known, and not checked then.</param>
    /// <param name="trustedKeys">Public keys as <see cref="SigningKey.PublicKey"/> gives them.</param>
    /// <returns>The first fault, and the record where it could be read.</returns>
    public static (AcceptanceFault Fault, AcceptanceRecord? Record) Check(
        string candidateDirectory, string candidateHash, string? referenceHash, IReadOnlyCollection<string> trustedKeys)
    {
        ArgumentNullException.ThrowIfNull(trustedKeys);
        var (record, exists) = AcceptanceRecord.Read(candidateDirectory);
        if (record is null)
        {
            return (exists ? AcceptanceFault.Unreadable : AcceptanceFault.Missing, null);
        }

        var fault = record switch
        {
            _ when !SigningKey.Verify(record.PublicKey, record.SignedBytes(), record.Signature) => AcceptanceFault.BadSignature,
            _ when !trustedKeys.Contains(record.PublicKey) => AcceptanceFault.UnknownKey,
            _ when record.CandidateModel != candidateHash => AcceptanceFault.OtherModel,
            _ when referenceHash is not null && record.ReferenceModel != referenceHash => AcceptanceFault.OtherReference,
            { Passed: false } => AcceptanceFault.NotPassed,
            _ => AcceptanceFault.None,
        };
        return (fault, record);
    }
}
