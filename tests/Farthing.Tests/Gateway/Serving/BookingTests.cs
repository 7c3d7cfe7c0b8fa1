using System.Text;
using Dapper;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Tests.Gateway.Booking;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Logging.Abstractions;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class BookingTests
{
    [Fact]
    public async Task The_books_equal_the_providers_own_count_to_the_last_token()
    {
        await using var rig = await GatewayRig.StartAsync();
        long input = 0, output = 0, attempts = 0;
        int number = 0;
        rig.First.Usual = rig.Second.Usual = context =>
        {
            int n = Interlocked.Increment(ref number);
            Interlocked.Increment(ref attempts);
            if (n % 3 == 0)
            {
                return Json(500, "{}")(context);
            }

            Interlocked.Add(ref input, n);
            Interlocked.Add(ref output, n * 2);
            return Json(200, $"{{\"usage\":{{\"prompt_tokens\":{n},\"completion_tokens\":{n * 2}}}}}")(context);
        };

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (_, _) => (await rig.PostAsync("/v1/chat/completions", Chat())).Dispose());

        var books = await rig.BooksAsync();
        Assert.Equal((attempts, input, output), (books.Count, books.Sum(static row => row.Input), books.Sum(static row => row.Output)));
        Assert.Equal((input, output), (rig.Charges().Where(static row => row.Meter == "input-tokens").Sum(static row => row.Quantity), rig.Charges().Where(static row => row.Meter == "output-tokens").Sum(static row => row.Quantity)));
    }

    [Fact]
    public async Task The_cost_that_the_client_is_told_is_the_cost_in_the_ledger()
    {
        await using var rig = await GatewayRig.StartAsync();

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(), ("x-farthing-tags", "spring, hero"));

        // 12 × $0.15, 8 × $0.075 and (4 + 3) × $0.60 a million.
        Assert.Equal("0.000006600000", Header(response, "x-farthing-cost-usd"));
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal((12L, 8L, 4L, 3L, "hero,spring", "PRIMARY"), (row.Input, row.Cached, row.Output, row.Reasoning, row.Tags, row.Key));
        Assert.Equal(6_600_000, rig.Amount());
    }

    [Theory]
    [InlineData("default", "0.000006600000", "llm/openai/gpt-4o-mini")]
    [InlineData("priority", "unpriced", "llm/openai/gpt-4o-mini#priority")]
    public async Task An_answer_is_booked_by_the_service_that_it_says_was_used(string service, string cost, string resource)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, ChatAnswer.Replace("\"id\"", $"\"service_tier\":\"{service}\",\"id\"", StringComparison.Ordinal));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(cost, Header(response, "x-farthing-cost-usd"));
        Assert.Single(await rig.BooksAsync());
        Assert.All(rig.Charges(), row => Assert.Equal(resource, row.Resource));
    }

    [Fact]
    public async Task What_has_no_price_is_unpriced_and_never_0()
    {
        await using var rig = await GatewayRig.StartAsync();

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("openai/brand-new"));

        Assert.Equal("unpriced", Header(response, "x-farthing-cost-usd"));
        Assert.Single(await rig.BooksAsync());
        Assert.All(rig.Charges(), static row => Assert.Equal(("llm/openai/brand-new", 0L), (row.Resource, row.Priced)));
        Assert.Equal(3, rig.Charges().Count);
    }

    [Fact]
    public async Task An_answer_without_usage_is_counted_here_and_flagged()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, "{\"choices\":[{\"message\":{\"content\":\"Hello there\"},\"finish_reason\":\"stop\"}]}");

        (await rig.PostAsync("/v1/chat/completions", Chat())).Dispose();

        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("answered", 9L, 3L, 1L), (row.Outcome, row.Input, row.Output, row.Estimated));
    }

    [Fact]
    public void What_a_killed_process_wrote_is_booked_once_and_what_it_had_open_is_lost()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        var recovery = new JournalRecovery(poster, TimeProvider.System, NullLogger<JournalRecovery>.Instance);
        string root = folder.File("journal");
        AttemptRecord first = Attempt("r1"), second = Attempt("r2"), open = Attempt("r3");
        using (var journal = AttemptJournal.Open(root, "dead"))
        {
            journal.Write(first);
            journal.Write(Ended(first));
            journal.Write(second);
            journal.Write(open);
            journal.Write(Ended(second));

            // Its process lives: nothing is taken from it.
            Assert.Equal(0, recovery.Recover(root));
            Assert.Equal(2, poster.Post([Ended(first), Ended(second)], "dead").New);
        }

        // A line that the kill cut short never counted.
        File.AppendAllText(Path.Combine(root, "dead", "000001.jsonl"), "{\"RequestId\":\"r4\",");
        Assert.Equal(1, recovery.Recover(root));
        Assert.Equal(0, recovery.Recover(root));
        Assert.Empty(Directory.GetDirectories(root));
        Assert.Equal(
            [("r1", "answered", 5L, 0L), ("r2", "answered", 5L, 0L), ("r3", "lost", 100L, 1L)],
            file.Read(transaction => transaction.Connection!.Query<(string, string, long, long)>("SELECT request_id, outcome, input, estimated FROM gateway_attempts ORDER BY request_id").ToList()));
    }

    [Fact]
    public void A_journal_that_is_being_made_is_not_taken_for_a_dead_ones()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        var recovery = new JournalRecovery(poster, TimeProvider.System, NullLogger<JournalRecovery>.Instance);
        string making = Directory.CreateDirectory(Path.Combine(folder.File("journal"), ".new-next")).FullName;

        recovery.Recover(folder.File("journal"));

        Assert.True(Directory.Exists(making));
        using var journal = AttemptJournal.Open(folder.File("journal"), "next");
        Assert.Equal(["next"], Directory.GetDirectories(folder.File("journal")).Select(Path.GetFileName));
        Assert.Empty(JournalFolder.OfTheDead(folder.File("journal")));
    }

    [Fact]
    public async Task Ready_says_when_attempts_cant_be_booked_and_when_they_can_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        string inTheWay = Directory.CreateDirectory(JournalFolder.PathOf(rig.Means.Journal.Folder, 2)).FullName;
        Assert.Throws<BookingException>(() => AttemptJournalTests.Fill(rig.Means.Journal));

        using var call = await rig.PostAsync("/v1/chat/completions", Chat());
        using var full = await rig.Client.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Directory.Delete(inTheWay);
        using var empty = await rig.Client.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal([503, 503, 200], ((HttpResponseMessage[])[call, full, empty]).Select(static each => (int)each.StatusCode));
        Assert.Contains("\"books\":false", await full.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("\"books\":true,\"ledger\":true,\"waiting\":", await empty.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_keys_gate_limit_and_tag_and_are_never_sent_on()
    {
        const string Key = "fk-the-clients-own-key";
        await using var rig = await GatewayRig.StartAsync(Yaml
            + $"\nclient_keys: [{{name: team-a, hash: \"sha256:{ClientKeys.HashOf(Key)}\", models: [\"openai/*\"], tags: [a], requests_per_minute: 2}}]");

        using var none = await rig.PostAsync("/v1/chat/completions", Chat());
        using var wrong = await rig.PostAsync("/v1/messages", Chat("claude-x"), ("x-api-key", "fk-other"));
        using var denied = await rig.PostAsync("/v1/chat/completions", Chat("other/x"), ("Authorization", "Bearer " + Key));
        using var sneaky = await rig.PostAsync("/v1/chat/completions", Chat(more: ",\"fallbacks\":[\"other/x\"]"), ("Authorization", "Bearer " + Key));
        using var good = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + Key), ("x-farthing-tags", "b"));
        using var again = await rig.PostAsync("/v1/chat/completions", Chat(), ("api-key", Key));
        using var limited = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + Key));

        Assert.Equal([401, 401, 403, 403, 200, 200, 429], ((HttpResponseMessage[])[none, wrong, denied, sneaky, good, again, limited]).Select(static each => (int)each.StatusCode));
        Assert.Contains("\"type\":\"authentication_error\"", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotNull(Header(limited, "retry-after"));
        Assert.All(rig.First.Requests, static request => Assert.DoesNotContain(Key, string.Join(' ', request.Headers.Values), StringComparison.Ordinal));
        Assert.Equal([("team-a", "a,b"), ("team-a", "a")], (await rig.BooksAsync()).Select(static row => (row.Client, row.Tags)));
    }

    [Fact]
    public async Task A_call_is_of_its_keys_team_and_a_key_without_one_names_no_tenant_beside_it()
    {
        const string Team = "fk-the-key-of-a-team", Plain = "fk-the-key-of-nobody";
        await using var rig = await GatewayRig.StartAsync(Yaml
            + $"\nclient_keys: [{{name: a, hash: \"sha256:{ClientKeys.HashOf(Team)}\", team: studio}}, {{name: b, hash: \"sha256:{ClientKeys.HashOf(Plain)}\"}}]");

        foreach (var (key, tags, status) in ((string, string, int)[])
        [
            (Team, "x", 200), (Team, "tenant:studio", 200), (Team, "tenant:acme", 400), (Team, "tenant:", 400),
            (Plain, "x", 200), (Plain, "y, tenant:studio", 400), (Plain, "tenant:", 400),
        ])
        {
            Assert.Equal(status, await StatusAsync(key, tags));
        }

        Assert.Equal([("a", "tenant:studio,x"), ("a", "tenant:studio"), ("b", "x")], (await rig.BooksAsync()).Select(static row => (row.Client, row.Tags)));

        async Task<int> StatusAsync(string key, string tags)
        {
            using var answer = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + key), ("x-farthing-tags", tags));
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task No_key_and_no_prompt_is_in_a_log_a_header_an_error_or_a_file()
    {
        var seen = new StringBuilder();
        string folder;
        await using (var rig = await GatewayRig.StartAsync())
        {
            folder = rig.Folder;
            rig.First.Then(Json(200, ChatAnswer, ("authorization", "Bearer " + PrimaryKey), ("x-api-key", PrimaryKey), ("set-cookie", PrimaryKey)))
                .Then(Json(401, "{\"error\":{\"message\":\"Incorrect API key provided: " + PrimaryKey + "\"}}"))
                .Then(Json(403, "{\"error\":{\"message\":\"no access for " + BackupKey + "\"}}"));
            rig.Second.Usual = Abort;
            for (int i = 0; i < 3; i++)
            {
                using var response = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer sk-test-of-the-client"));
                seen.Append(response).Append(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }

            using var ready = await rig.Client.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            seen.Append(await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Append(rig.Log).Append(rig.Gateway.Configuration);
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(static path => !path.EndsWith("lock", StringComparison.Ordinal)))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                seen.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
            }

            Assert.Equal(5, (await rig.BooksAsync()).Count);
            Assert.Contains("PRIMARY", seen.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("sk-test", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Describe a red mug", seen.ToString(), StringComparison.Ordinal);
    }

    private static AttemptRecord Attempt(string id) => new()
    {
        RequestId = id,
        Attempt = 1,
        StartedAt = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
        Shape = "chat",
        Provider = "openai",
        Model = "gpt-4o-mini",
        Resource = "llm/openai/gpt-4o-mini",
        KeyId = "k",
        PromptBytes = 400,
    };

    private static AttemptRecord Ended(AttemptRecord start) => start with { EndedAt = start.StartedAt.AddSeconds(1), Tokens = new TokenCounts(5, 0, 0, 0, 2, 0) };
}
