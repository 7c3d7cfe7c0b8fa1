namespace Farthing.Gateway.Configuration;

/// <summary><c>resilience</c>: retries, deadlines, breaker and the rests of keys.</summary>
internal static class ResilienceSection
{
    public static ResilienceOptions Read(YamlMap? map)
    {
        var options = new ResilienceOptions();
        if (map is null)
        {
            return options;
        }

        options = new ResilienceOptions
        {
            Retries = map.Whole("retries", 0, 10, options.Retries),
            RetryDelay = map.Seconds("retry_delay_seconds", 0, 60, options.RetryDelay),
            MaxRetryDelay = map.Seconds("max_retry_delay_seconds", 0, 300, options.MaxRetryDelay),
            HedgeAfter = map.Seconds("hedge_after_seconds", 0, 300, options.HedgeAfter),
            Connect = map.Seconds("connect_seconds", 0.01, 300, options.Connect),
            Attempt = map.Seconds("attempt_seconds", 0.01, 3_600, options.Attempt),
            Total = map.Seconds("total_seconds", 0.01, 7_200, options.Total),
            StreamIdle = map.Seconds("stream_idle_seconds", 0.01, 3_600, options.StreamIdle),
            BreakerFailureRatio = map.Number("breaker_failure_ratio", 0.01, 1, options.BreakerFailureRatio),
            BreakerMinimum = map.Whole("breaker_minimum", 2, 10_000, options.BreakerMinimum),
            BreakerWindow = map.Seconds("breaker_window_seconds", 0.5, 3_600, options.BreakerWindow),
            BreakerBreak = map.Seconds("breaker_break_seconds", 0.5, 3_600, options.BreakerBreak),
            KeyCooling = map.Seconds("key_cooling_seconds", 0.1, 3_600, options.KeyCooling),
            KeyProbe = map.Seconds("key_probe_seconds", 1, 3_600, options.KeyProbe),
        };
        if (options.Attempt > options.Total)
        {
            map.Refuse("attempt_seconds", "one attempt ('attempt_seconds') may take longer than all together ('total_seconds').");
        }

        map.RefuseOthers();
        return options;
    }
}
