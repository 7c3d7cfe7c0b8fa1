using System.Globalization;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class RetryAfterTests
{
    [Theory]
    [InlineData("retry-after", "0", true)]
    [InlineData("retry-after", "7", true)]
    [InlineData("retry-after", "1.5", true)]
    [InlineData("retry-after", "86400", true)]
    [InlineData("retry-after", "86401", false)]
    [InlineData("retry-after", "-5", false)]
    [InlineData("retry-after", "99999999999999999999", false)]
    [InlineData("retry-after", "NaN", false)]
    [InlineData("retry-after", "soon", false)]
    [InlineData("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT", false)]
    [InlineData("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT", false)]
    [InlineData("retry-after-ms", "1500", true)]
    [InlineData("retry-after-ms", "-1", false)]
    [InlineData("retry-after-ms", "86400001", false)]
    public async Task What_no_client_should_wait_for_is_not_passed_on(string name, string value, bool passed) => await AssertAsync(name, value, passed);

    [Theory]
    [InlineData(3_600, true)]
    [InlineData(3 * 86_400, false)]
    public async Task A_date_is_passed_on_where_it_is_within_a_day(int seconds, bool passed) =>
        await AssertAsync("retry-after", TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToString("r", CultureInfo.InvariantCulture), passed);

    [Theory]
    [InlineData("-5")]
    [InlineData("2000000000")]
    [InlineData("99999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task A_key_rests_an_hour_at_most_whatever_is_said(string value)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Second.Usual = Json(429, "{}", ("retry-after", value));

        using var first = await rig.PostAsync("/v1/chat/completions", Chat("other/gpt-4.1-nano"));
        using var second = await rig.PostAsync("/v1/chat/completions", Chat("other/gpt-4.1-nano"));

        // The second call finds its key resting and is not made.
        Assert.Single(rig.Second.Requests);
        Assert.InRange(int.Parse(Header(second, "retry-after")!, CultureInfo.InvariantCulture), 1, 3_600);
    }

    private static async Task AssertAsync(string name, string value, bool passed)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Second.Usual = Json(429, """{"error":{"message":"slow down"}}""", (name, value));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("other/gpt-4.1-nano"));

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(passed ? value : null, Header(response, name));
    }
}
