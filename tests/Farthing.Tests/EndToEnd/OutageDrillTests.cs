using Farthing.Drills.Outage;

namespace Farthing.Tests.EndToEnd;

/// <summary>The outage drill in small, with the real executable: counts are exact, times are not looked at.</summary>
public sealed class OutageDrillTests
{
    [Fact]
    public async Task An_outage_loses_no_call_and_the_books_are_the_simulators_count()
    {
        var result = await OutageDrill.FindAsync(new OutageOptions(300, 3, 7, Kill: false, Keep: false), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(300, result.Phases.Sum(static phase => phase.Calls.Count));
        Assert.DoesNotContain(result.Marks, static mark => !mark.IsReached && !mark.IsTiming);
        Assert.Contains(result.Simulator, static row => row is { Provider: "anthropic", Answered: > 0 });
        Assert.Contains(result.Simulator, static row => row.Provider == "openai" && row.Attempts > row.Answered);
        Assert.Equal(300, result.Books.Attempts.Sum(static row => row.Answered));
    }

    [Fact]
    public async Task A_killed_gateway_has_booked_what_it_acknowledged_and_what_it_had_open_is_lost()
    {
        var result = await OutageDrill.FindAsync(new OutageOptions(300, 3, 8, Kill: true, Keep: false), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(result.Marks, static mark => !mark.IsReached);
        Assert.Contains(result.Phases.SelectMany(static phase => phase.Calls), static call => call.Broken > 0);
    }
}
