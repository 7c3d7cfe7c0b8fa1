using System.Text.Json;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Usage;

namespace Farthing.Serving.Usage;

/// <summary><c>farthing.batch</c>: a batch's device time and its renders, over which the ledger splits it.</summary>
/// <param name="sender">Whose key adds tags.</param>
internal sealed class BatchReader(UsageSender sender)
{
    /// <summary>A batch of more renders is refused.</summary>
    public const int MaxRenders = 1_000;

    /// <summary>Reads the data.</summary>
    public UsageBody Read(EventData data)
    {
        if (data.Find("renders") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MaxRenders)
        {
            throw new UsageFormatException("bad_field", $"'renders' must be a list of 1 to {MaxRenders} renders.");
        }

        List<BatchMember> members = [.. list.EnumerateArray().Select(Member)];
        if (members.DistinctBy(static member => (member.RenderId, member.Attempt)).Count() < members.Count)
        {
            throw new UsageFormatException("bad_field", "'renders' has one attempt of a render twice.");
        }

        if (members.All(static member => member.Weight == 0))
        {
            throw new UsageFormatException("bad_quantity", "'renders' have no weight: steps, latent_pixels and passes start at 1.");
        }

        return new BatchUse(data.Text("lease"), data.Text("batch"), data.Stage("stage"), new DeviceTime(data.Whole("device_us")), members) { RunId = data.OptionalText("run") };
    }

    private BatchMember Member(JsonElement element)
    {
        EventData render = EventData.Of(element, "a render");
        var member = new BatchMember(
            render.Text("render"),
            (int)(render.OptionalWhole("attempt", 1, int.MaxValue) ?? 1),
            (int)(render.OptionalWhole("steps", 1, 100_000) ?? 1),
            render.OptionalWhole("latent_pixels", 1, 1_000_000_000) ?? 1,
            (int)(render.OptionalWhole("passes", 1, 100) ?? 1),
            UsageEventReader.Tags(render, sender))
        {
            Precision = render.OptionalText("precision", RenderForm.MaxPrecisionLength) ?? "",
        };
        render.RefuseOthers();
        return member;
    }
}
