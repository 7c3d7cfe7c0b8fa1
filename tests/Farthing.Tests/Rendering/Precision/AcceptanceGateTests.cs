using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Precision;

namespace Farthing.Tests.Rendering.Precision;

public sealed class AcceptanceGateTests : IDisposable
{
    private readonly PrecisionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_accepted_model_passes_with_its_record_and_full_precision_needs_none()
    {
        _folder.Accept();

        var passed = Pass(ModelPrecision.Int8);
        Assert.Null(passed.Forced);
        Assert.Equal(_folder.Int8Hash, passed.Acceptance!.CandidateModel);
        Assert.Null(Pass(ModelPrecision.Fp32).Acceptance);
    }

    [Fact]
    public void Each_fault_is_refused_with_what_to_do_and_can_be_forced()
    {
        string file = Path.Combine(_folder.Int8, AcceptanceRecord.FileName);
        using var stranger = SigningKey.OpenOrCreate(Path.Combine(_folder.Path, "other.pem"));
        var record = _folder.Record();
        (Action Arrange, string Said)[] faults =
        [
            (() => File.Delete(file), "it has no acceptance record"),
            (() => File.WriteAllText(file, "{"), "its acceptance record can't be read"),
            (() => (record.SignedBy(_folder.Key) with { Margin = 1 }).Write(_folder.Int8), "changed after it was signed"),
            (() => record.SignedBy(stranger).Write(_folder.Int8), stranger.PublicKey),
            (() => (record with { CandidateModel = "x" }).SignedBy(_folder.Key).Write(_folder.Int8), "not those that were accepted"),
            (() => (record with { ReferenceModel = "x" }).SignedBy(_folder.Key).Write(_folder.Int8), "another full-precision model"),
            (() => (record with { Passed = false }).SignedBy(_folder.Key).Write(_folder.Int8), "did not pass"),
        ];
        foreach (var (arrange, said) in faults)
        {
            arrange();
            var error = Assert.Throws<PrecisionException>(() => Pass(ModelPrecision.Int8));
            Assert.Contains(said, error.Message, StringComparison.Ordinal);
            Assert.Contains($"Run `farthing evaluate {_folder.Demo} {_folder.Int8}`", error.Message, StringComparison.Ordinal);
            Assert.Contains("--force-precision", error.Message, StringComparison.Ordinal);
            Assert.Contains(said, Pass(ModelPrecision.Int8, force: true).Forced, StringComparison.Ordinal);
        }

        record.SignedBy(stranger).Write(_folder.Int8);
        Assert.Null(Pass(ModelPrecision.Int8, keys: [stranger.PublicKey]).Forced);
    }

    [Fact]
    public void A_file_that_changed_since_takes_the_acceptance_away()
    {
        _folder.Accept();
        File.AppendAllText(Path.Combine(_folder.Int8, "unet", "config.json"), " ");

        Assert.Contains("not those that were accepted", Assert.Throws<PrecisionException>(() => Pass(ModelPrecision.Int8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_of_all_precisions_is_told()
    {
        Assert.Collection(
            Status(),
            full => Assert.Equal(new PrecisionStatus(ModelPrecision.Fp32, _folder.Demo, null, null), full),
            int8 => Assert.Contains("no acceptance record", int8.Refusal, StringComparison.Ordinal));

        _folder.Accept();

        Assert.Equal(_folder.Record().At, Status()[1].AcceptedAt);
        Assert.Null(Status()[1].Refusal);
    }

    private RenderModel Pass(ModelPrecision precision, bool force = false, string[]? keys = null)
    {
        var settings = new PrecisionSettings { Force = force, TrustedKeys = keys ?? [_folder.Key.PublicKey] };
        var shelf = new ModelShelf(_folder.Demo, settings);
        return new AcceptanceGate(settings, shelf).Pass(shelf.Find(precision)!);
    }

    private IReadOnlyList<PrecisionStatus> Status() =>
        PrecisionStatus.Of(_folder.Demo, new PrecisionSettings { TrustedKeys = [_folder.Key.PublicKey] });
}
