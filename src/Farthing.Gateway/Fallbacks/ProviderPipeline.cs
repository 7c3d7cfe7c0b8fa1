using System.Runtime.CompilerServices;
using Farthing.Gateway.Configuration;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Farthing.Gateway.Fallbacks;

/// <summary>
/// Retries and the circuit breaker of one provider. Every attempt, retries too, passes the breaker; while it is open nothing is
/// sent, and after its break one call probes the provider.
/// </summary>
public sealed class ProviderPipeline
{
    private readonly ResiliencePipeline<AttemptResult> _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();

    /// <summary>Makes a pipeline whose breaker is closed.</summary>
    /// <param name="options">Retries and breaker.</param>
    /// <param name="time">The clock of waits and windows.</param>
    /// <param name="random">Numbers from 0 up to and without 1, for jitter.</param>
    /// <param name="opened">Hears that the breaker opened.</param>
    public ProviderPipeline(ResilienceOptions options, TimeProvider time, Func<double> random, Action opened)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = time };
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<AttemptResult>
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                Randomizer = random,
                ShouldHandle = static arguments => ValueTask.FromResult(IsTransient(arguments.Outcome)),
            });
        }

        _pipeline = builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AttemptResult>
            {
                FailureRatio = options.BreakerFailureRatio,
                MinimumThroughput = options.BreakerMinimum,
                SamplingDuration = options.BreakerWindow,
                BreakDuration = options.BreakerBreak,
                StateProvider = _state,
                ShouldHandle = static arguments => ValueTask.FromResult(IsTransient(arguments.Outcome)),
                OnOpened = _ =>
                {
                    opened();
                    return default;
                },
            })
            .Build();
    }

    /// <summary>The breaker's state.</summary>
    public CircuitState State => _state.CircuitState;

    /// <summary>Runs an attempt, and retries of it.</summary>
    /// <returns>The last result; null when the breaker let nothing through, or a wait was cancelled.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult?> RunAsync<TState>(
        Func<TState, CancellationToken, ValueTask<AttemptResult>> attempt, TState state, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            var outcome = await _pipeline.ExecuteOutcomeAsync(
                static (context, run) => CaughtAsync(run.attempt, run.state, context.CancellationToken),
                context,
                (attempt, state));
            if (outcome.Exception is { } error and not (BrokenCircuitException or OperationCanceledException))
            {
                throw error;
            }

            return outcome.Result;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Outcome<AttemptResult>> CaughtAsync<TState>(
        Func<TState, CancellationToken, ValueTask<AttemptResult>> attempt, TState state, CancellationToken cancellationToken)
    {
        try
        {
            return Outcome.FromResult(await attempt(state, cancellationToken));
        }
        catch (Exception error)
        {
            return Outcome.FromException<AttemptResult>(error);
        }
    }

    private static bool IsTransient(Outcome<AttemptResult> outcome) => outcome.Result is { } result && result.Fault.IsTransient();
}
