using System.Globalization;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Precision;

namespace Farthing.Rendering.Stages;

/// <summary>
/// What int8 saved: what the denoising of a render of the same form takes at full precision, less what it took. Where the
/// one is not known, or the other is more, there is no memo but a note.
/// </summary>
internal sealed class PrecisionSavings(DenoisingReference reference)
{
    private readonly Dictionary<RenderForm, ReferenceUse> _known = [];
    private readonly HashSet<RenderForm> _unknown = [];
    private long _unproved;
    private long _slower;

    /// <summary>What should be told at the end of a run.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            List<string> notes = [];
            if (_unproved > 0)
            {
                string forms = string.Join("; ", _unknown.Select(Form).Order(StringComparer.Ordinal));
                notes.Add(
                    $"{Renders(_unproved)} at int8 without a memo of what was saved: the ledger has no full-precision render of the same "
                    + $"model, size, steps and guidance to hold against ({forms}), and the acceptance record measured another shape. "
                    + "One such render with --precision fp32 gives later ones their evidence.");
            }

            if (_slower > 0)
            {
                notes.Add($"{Renders(_slower)} at int8 took no less than at full precision, and saved nothing.");
            }

            return notes;
        }
    }

    /// <summary>The memos of delivered renders.</summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="delivered">The renders.</param>
    /// <param name="facts">All that their batch used.</param>
    public IReadOnlyList<SavingsMemo> Of(LedgerTransaction transaction, IReadOnlyList<RenderItem> delivered, IReadOnlyList<UsageFact> facts)
    {
        var denoising = facts.Where(fact => fact.Stage == Stage.Denoise && fact.Meter == Meters.DeviceTime).ToLookup(fact => fact.RenderId);
        List<SavingsMemo> memos = [];
        foreach (var item in delivered.Where(item => item.Job.Model.Precision == ModelPrecision.Int8))
        {
            var uses = denoising[item.Job.RenderId].ToList();
            if (uses.Count > 0 && Memo(transaction, item, uses) is { } memo)
            {
                memos.Add(memo);
            }
        }

        return memos;
    }

    private SavingsMemo? Memo(LedgerTransaction transaction, RenderItem item, List<UsageFact> uses)
    {
        var form = item.Job.Form;
        if (Reference(transaction, item.Job.Model, form, uses[0].Resource) is not { } full)
        {
            _unproved++;
            return null;
        }

        long actual = uses.Sum(use => use.Quantity);
        long avoided = full.For(actual) - actual;
        if (avoided <= 0)
        {
            _slower++;
            return null;
        }

        return new SavingsMemo
        {
            Id = $"{uses[0].RunId}/{item.Job.RenderId}/{item.Attempt}/saved-int8",
            At = uses[^1].At,
            RunId = uses[0].RunId,
            RenderId = item.Job.RenderId,
            Attempt = item.Attempt,
            Kind = SavingsKind.Int8,
            Stage = Stage.Denoise,
            Resource = uses[0].Resource,
            Meter = Meters.DeviceTime,
            Quantity = avoided,
            Evidence = full.Evidence,
        };
    }

    /// <summary>What is found holds for the run, so that its renders are all held against the same.</summary>
    private ReferenceUse? Reference(LedgerTransaction transaction, RenderModel model, RenderForm form, string resource)
    {
        if (!_known.TryGetValue(form, out var known))
        {
            if (reference.Find(transaction, model, form, resource) is not { } found)
            {
                _unknown.Add(form);
                return null;
            }

            _known[form] = known = found;
        }

        return known;
    }

    private static string Renders(long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "render" : "renders")}");

    private static string Form(RenderForm form) => string.Create(
        CultureInfo.InvariantCulture, $"{form.Width}×{form.Height}, {form.Steps} steps, {form.GuidancePasses} passes a step");
}
