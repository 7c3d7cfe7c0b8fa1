using Farthing.Configuration;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Objects;
using Farthing.Rendering.Precision;

namespace Farthing.Tests.Host;

public sealed class FailureTests
{
    [Fact]
    public void Each_kind_of_failure_has_its_own_exit_status()
    {
        (Exception Error, int Status)[] cases =
        [
            (new UsageException("x"), 2),
            (new ConfigurationException("c", [new ConfigurationError(1, "x")]), 2),
            (new ManifestException("x"), 3),
            (new InputFileException("x", new FileNotFoundException()), 3),
            (new QuantizationException("x"), 4),
            (new QuantizationException("x", QuantizationFault.Calibration), 3),
            (new QuantizationException("x", QuantizationFault.Output), 6),
            (new QuantizationException("x", QuantizationFault.InUse), 7),
            (new ModelDirectoryException("m", ["x"]), 4),
            (new PrecisionException("x"), 4),
            (new EvaluationException("x"), 4),
            (new SigningKeyException("x"), 5),
            (new LedgerException(LedgerFault.Locked, "x"), 5),
            (new PriceBookException("p", [new PriceBookError(1, "x")]), 5),
            (new PriceFileException("x"), 5),
            (new DataFolderException("x"), 5),
            (new ObjectStoreException("x"), 6),
            (new RunInUseException("x"), 7),
            (new OperationCanceledException(), 130),
            (new InvalidOperationException("x"), 70),
            (new AggregateException(new ManifestException("x")), 3),
        ];

        Assert.All(cases, static c => Assert.Equal(c.Status, Failure.Of(c.Error).ExitCode));
    }
}
