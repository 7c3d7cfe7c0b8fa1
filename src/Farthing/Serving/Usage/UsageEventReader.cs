using Farthing.Gateway.Booking;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Usage;

namespace Farthing.Serving.Usage;

/// <summary>Turns the data of an event into what the ledger does with it.</summary>
/// <param name="sender">Who sent it.</param>
internal sealed class UsageEventReader(UsageSender sender)
{
    private const int MaxReason = 500;
    private const int MaxSize = 1_000_000;

    private static Dictionary<string, AttemptOutcome> Outcomes { get; } =
        Enum.GetValues<AttemptOutcome>().ToDictionary(static outcome => outcome.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Reads an event.</summary>
    /// <exception cref="UsageFormatException">It is none that can be posted.</exception>
    public UsageEvent Read(CloudEvent one)
    {
        EventData data = EventData.Of(one.Data, "data");
        string content = CanonicalJson.Write(one.Data);
        UsageBody body = one.Type switch
        {
            UsageTypes.Use => new UseReader(sender).Read(one, data),
            UsageTypes.Batch => new BatchReader(sender).Read(data),
            UsageTypes.Saved => new SavingNoted(Memo(one, data)),
            UsageTypes.LeaseOpened => new LeaseOpened(Lease(one, data)),
            UsageTypes.LeaseHeartbeat => Beat(data),
            UsageTypes.LeaseClosed => Beat(data) is var beat ? new LeaseClosed(beat.LeaseId, beat.Elapsed, beat.Idle) : null!,
            UsageTypes.LeaseLost => new LeaseLost(data.Text("lease")),
            UsageTypes.AttemptStarted => new AttemptStarted(Key(data), data.OptionalText("lease"), Tags(data, sender), Form(data)),
            UsageTypes.AttemptEnded => new AttemptEnded(Key(data), Outcome(data), data.OptionalText("reason", MaxReason) ?? ""),
            _ => throw new UsageFormatException("unknown_type", $"The type '{EventData.Short(one.Type)}' is unknown: write {string.Join(", ", UsageTypes.All)}."),
        };
        data.RefuseOthers();
        return new UsageEvent { Source = one.Source, Id = one.Id, Type = one.Type, At = one.At, Content = content, Client = sender.Client, Body = body };
    }

    /// <summary>The tags and the tenant that are written, with what the key adds.</summary>
    public static TagSet Tags(EventData data, UsageSender sender) => Joined(data.Tags("tags"), data.OptionalText("tenant"), sender);

    /// <summary>Tags, a tenant and the tags of a key as one.</summary>
    public static TagSet Joined(TagSet tags, string? tenant, UsageSender sender)
    {
        try
        {
            TagSet written = TenantTag.Add(tags, tenant);
            return TenantTag.Fault(written, sender.Tags, sender.NamesTenants) is { } fault
                ? throw new UsageFormatException("not_your_tenant", fault)
                : sender.Tags == TagSet.None ? written : TagSet.Parse($"{written.Text},{sender.Tags.Text}");
        }
        catch (FormatException error)
        {
            throw new UsageFormatException("bad_tags", error.Message);
        }
    }

    /// <summary>A render and its attempt; none where it is left out.</summary>
    public static (string? Render, int Attempt) Render(EventData data)
    {
        string? render = data.OptionalText("render");
        long? attempt = data.OptionalWhole("attempt", 1, int.MaxValue);
        return render is null && attempt is not null
            ? throw new UsageFormatException("missing_field", "'attempt' is there, but 'render' is missing from data.")
            : (render, render is null ? 0 : (int)(attempt ?? 1));
    }

    private static LeaseBeat Beat(EventData data)
    {
        var beat = new LeaseBeat(data.Text("lease"), new DeviceTime(data.Whole("elapsed_us")), new DeviceTime(data.Whole("idle_us")));
        return beat.Idle <= beat.Elapsed
            ? beat
            : throw new UsageFormatException("bad_quantity", $"'idle_us' is {beat.Idle.Microseconds}, more than 'elapsed_us' with {beat.Elapsed.Microseconds}.");
    }

    private static Lease Lease(CloudEvent one, EventData data)
    {
        string resource = data.Text("resource");
        return new Lease(data.Text("lease"), data.Text("run"), data.OptionalText("device") ?? resource, resource, (int)(data.OptionalWhole("cores", 1, MaxSize) ?? 1), one.At);
    }

    /// <summary>The gateway books its own attempts: one that a client had made up would stand in the way of what the call cost.</summary>
    private static AttemptKey Key(EventData data)
    {
        string run = data.Text("run");
        return run == TokenCharges.Run
            ? throw new UsageFormatException("reserved_run", $"The run '{run}' has the attempts of this server's own calls. Give yours another name.")
            : new AttemptKey(run, data.Text("render"), (int)(data.OptionalWhole("attempt", 1, int.MaxValue) ?? 1));
    }

    private static AttemptOutcome Outcome(EventData data) => Outcomes.TryGetValue(data.Text("outcome"), out AttemptOutcome outcome)
        ? outcome
        : throw new UsageFormatException("unknown_outcome", $"The outcome '{data.Text("outcome")}' is unknown: write {string.Join(", ", Outcomes.Keys)}.");

    private static RenderForm? Form(EventData data)
    {
        if (data.Find("form") is not { } written)
        {
            return null;
        }

        EventData form = EventData.Of(written, "form");
        var read = new RenderForm(
            form.Text("model"),
            form.Text("precision", RenderForm.MaxPrecisionLength),
            (int)form.Whole("width", 1, MaxSize),
            (int)form.Whole("height", 1, MaxSize),
            (int)form.Whole("steps", 1, MaxSize),
            (int)(form.OptionalWhole("passes", 1, MaxSize) ?? 1));
        form.RefuseOthers();
        return read;
    }

    private static SavingsMemo Memo(CloudEvent one, EventData data)
    {
        var (render, attempt) = Render(data);
        return new SavingsMemo
        {
            Id = "saved",
            At = one.At,
            RunId = data.Text("run"),
            RenderId = render,
            Attempt = attempt,
            Kind = SavingsKindNames.TryParse(data.Text("kind"), out SavingsKind kind) ? kind : throw new UsageFormatException(
                "unknown_kind", $"The kind '{data.Text("kind")}' is unknown: write {string.Join(", ", Enum.GetValues<SavingsKind>().Select(static each => each.Code()))}."),
            Stage = data.Stage("stage"),
            Resource = data.Text("resource"),
            Meter = UseReader.Meter(data.Text("meter")),
            Quantity = data.Whole("quantity"),
            Evidence = data.Text("evidence", SavingsMemo.MaxEvidenceLength),
        };
    }
}
