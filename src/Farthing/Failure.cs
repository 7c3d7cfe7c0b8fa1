using Farthing.Configuration;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Sessions;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Tuning;
using Farthing.Ledger.Import;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reconciliation;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Objects;
using Farthing.Rendering.Precision;

namespace Farthing;

/// <summary>How an exception ends the process.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Message">What happened and what to mend.</param>
internal readonly record struct Failure(int ExitCode, string Message)
{
    /// <summary>Finds the exit status of an exception.</summary>
    public static Failure Of(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var only] } => Of(only),
        UsageException or ConfigurationException or GatewayConfigurationException or GuardListsException => new(ExitCodes.Usage, error.Message),
        ManifestException or UsageFileException or InvoiceException or InputFileException or PairsException => new(ExitCodes.Manifest, error.Message),
        QuantizationException quantization => new(Status(quantization.Fault), error.Message),
        ModelDirectoryException or PrecisionException or EvaluationException => new(ExitCodes.Model, error.Message),
        LedgerException or PriceBookException or PriceFileException => new(ExitCodes.Ledger, error.Message),
        DataFolderException or SigningKeyException or EmbeddingStoreException => new(ExitCodes.Ledger, error.Message),
        ObjectStoreException or OutputFileException => new(ExitCodes.Output, error.Message),
        RunInUseException => new(ExitCodes.RunInUse, error.Message),
        OperationCanceledException => new(ExitCodes.Cancelled, "Cancelled. The same command again goes on where it stopped."),
        _ => new(ExitCodes.Internal, $"Something unexpected went wrong: {error.Message}"),
    };

    private static int Status(QuantizationFault fault) => fault switch
    {
        QuantizationFault.Calibration => ExitCodes.Manifest,
        QuantizationFault.Output => ExitCodes.Output,
        QuantizationFault.InUse => ExitCodes.RunInUse,
        _ => ExitCodes.Model,
    };
}
