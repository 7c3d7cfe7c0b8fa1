using System.Net;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>A second attempt beside a slow one.</summary>
public sealed class HedgingTests
{
    private const string Chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A mug.\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3}}\n\n";

    private static string Hedged(string seconds = "0.05") => Yaml.Replace("retries: 0,", $"retries: 0, hedge_after_seconds: {seconds},", StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(",\"stream\":true")]
    public async Task A_slow_target_loses_to_the_next_one_and_is_booked_as_cancelled(string more)
    {
        await using var rig = await StartAsync(Hedged());
        var left = new TaskCompletionSource();
        rig.First.Then(Hang(left));
        rig.Second.Then(more.Length == 0 ? Json(200, ChatAnswer) : Events(cut: false, Chunk, "data: [DONE]\n\n"));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: more));

        Assert.Contains("A mug.", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("other", Assert.Single(response.Headers.GetValues("x-farthing-provider")));
        Assert.Equal("2", Assert.Single(response.Headers.GetValues("x-farthing-attempts")));
        await left.Task;
        Assert.Equal(
            [(1L, "openai", "cancelled"), (2L, "other", "answered")],
            (await rig.BooksAsync()).OrderBy(static attempt => attempt.Attempt).Select(static attempt => (attempt.Attempt, attempt.Provider, attempt.Outcome)));
    }

    [Fact]
    public async Task A_target_that_is_the_last_is_tried_with_another_key()
    {
        await using var rig = await StartAsync(Hedged());
        var left = new TaskCompletionSource();
        rig.First.Then(Hang(left));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("openai/gpt-4.1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, rig.First.Requests.Select(static request => request.Key).Distinct().Count());
        Assert.Equal(["answered", "cancelled"], (await rig.BooksAsync()).Select(static attempt => attempt.Outcome).Order());
    }

    [Fact]
    public async Task An_answer_in_time_stays_alone()
    {
        await using var rig = await StartAsync(Hedged("30"));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(await rig.BooksAsync());
        Assert.Empty(rig.Second.Requests);
    }

    [Fact]
    public async Task A_second_attempt_that_fails_leaves_the_first_its_time()
    {
        await using var rig = await StartAsync(Hedged());
        var failed = new TaskCompletionSource();
        rig.First.Then(async context =>
        {
            await failed.Task;
            await Json(200, ChatAnswer)(context);
        });
        rig.Second.Then(context =>
        {
            failed.TrySetResult();
            return Json(500, "{}")(context);
        });

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("openai", Assert.Single(response.Headers.GetValues("x-farthing-provider")));

        // Which of the two came to its end first is chance; that the second is no answer is not.
        var books = await rig.BooksAsync();
        Assert.Equal("answered", books.Single(static attempt => attempt.Provider == "openai").Outcome);
        Assert.Contains(books.Single(static attempt => attempt.Provider == "other").Outcome, (string[])["failed", "cancelled"]);
    }

    [Fact]
    public async Task Where_both_fail_the_client_hears_of_the_first()
    {
        await using var rig = await StartAsync(Hedged());
        var failed = new TaskCompletionSource();
        rig.First.Then(async context =>
        {
            await failed.Task;
            await Json(503, """{"error":{"message":"from the first"}}""")(context);
        });
        rig.Second.Then(context =>
        {
            failed.TrySetResult();
            return Json(500, "{}")(context);
        });

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.True((int)response.StatusCode >= 500);
        Assert.All(await rig.BooksAsync(), static attempt => Assert.Equal("failed", attempt.Outcome));
    }
}
