namespace Farthing.Diffusion.Evaluation;

/// <summary>What a failed evaluation does to an acceptance that is in force.</summary>
public static class AcceptanceWithdrawal
{
    /// <summary>
    /// The name that a withdrawn record is kept under: it begins with a dot, so that it is no part of the model's hash.
    /// </summary>
    public const string FileName = ".acceptance-withdrawn.json";

    /// <summary>
    /// Puts the record away when the evaluation that failed says more than it: of the same files, on enough pictures, with a
    /// margin that is no stricter. Then what was accepted before would not be now, and the model has to be refused. A record of
    /// other files is left: it accepts nothing as it is.
    /// </summary>
    /// <param name="candidateDirectory">The candidate's directory.</param>
    /// <param name="failed">The evaluation that was not passed.</param>
    /// <returns>Whether a record was put away.</returns>
    /// <exception cref="IOException">It can't be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be moved.</exception>
    public static bool Withdraw(string candidateDirectory, EvaluationResult failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        bool judges = !failed.Passed && failed.Pictures.Count >= Verdict.AcceptanceRules.FewestPictures;
        if (!judges
            || AcceptanceRecord.Read(candidateDirectory).Record is not { Passed: true } record
            || record.CandidateModel != failed.Candidate.Hash
            || record.ReferenceModel != failed.Reference.Hash
            || failed.Margin < record.Margin)
        {
            return false;
        }

        File.Move(Path.Combine(candidateDirectory, AcceptanceRecord.FileName), Path.Combine(candidateDirectory, FileName), overwrite: true);
        return true;
    }
}
