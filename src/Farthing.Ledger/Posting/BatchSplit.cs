using Farthing.Ledger.Money;

namespace Farthing.Ledger.Posting;

/// <summary>One render of a batch, with what its share of the batch is in proportion to.</summary>
/// <param name="RenderId">The render; ties go to the smaller id (ordinal).</param>
/// <param name="Attempt">Its attempt, from 1.</param>
/// <param name="Steps">Denoising steps; 1 for a stage without steps.</param>
/// <param name="LatentPixels">Width × height of the latent.</param>
/// <param name="GuidancePasses">Passes through the UNet a step: 2 with classifier-free guidance, else 1.</param>
/// <param name="Tags">The render's tags.</param>
public sealed record BatchMember(string RenderId, int Attempt, int Steps, long LatentPixels, int GuidancePasses, TagSet Tags)
{
    /// <summary>The numeric precision that its denoising runs at; empty where it is not known.</summary>
    public string Precision { get; init; } = "";

    /// <summary>Steps × latent pixels × guidance passes.</summary>
    /// <exception cref="OverflowException">The product leaves 64 bits.</exception>
    public long Weight => checked(Steps * LatentPixels * GuidancePasses);
}

/// <summary>Splits a batch's device time among its renders so that the shares sum to it exactly.</summary>
public static class BatchSplit
{
    /// <summary>The method's id, kept on every share: largest remainder over steps × latent pixels × passes.</summary>
    public const string Method = "lr-steps-pixels-passes-1";

    /// <summary>A fact for each member, in the order of the members; the order changes no share.</summary>
    /// <param name="lease">The lease that the time is part of.</param>
    /// <param name="batchId">The batch, which no other batch of the run has.</param>
    /// <param name="stage">The stage that the batch went through.</param>
    /// <param name="at">When it ended.</param>
    /// <param name="time">The batch's whole device time.</param>
    /// <param name="members">The renders in it; at least one.</param>
    /// <returns>Facts with the ids <c>run/render/attempt/stage/batch</c>.</returns>
    public static IReadOnlyList<UsageFact> Facts(
        Lease lease, string batchId, Stage stage, DateTimeOffset at, DeviceTime time, IReadOnlyList<BatchMember> members)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(members);
        var shares = LargestRemainder.Split(
            time.Microseconds, [.. members.Select(static member => (member.RenderId, member.Weight))]);
        return [.. members.Select((member, i) => UsageFact.OnDevice(
            $"{lease.RunId}/{member.RenderId}/{member.Attempt}/{stage.Code()}/{batchId}", at, lease, stage, new DeviceTime(shares[i])) with
        {
            RenderId = member.RenderId,
            Attempt = member.Attempt,
            BatchId = batchId,
            SplitMethod = Method,
            Weight = member.Weight,
            Tags = member.Tags,
            Precision = member.Precision,
        })];
    }
}
