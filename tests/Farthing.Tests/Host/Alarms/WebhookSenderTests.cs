using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Farthing.Alarms;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;
using Farthing.Tests.Gateway.Clients;
using Farthing.Tests.Gateway.Serving;
using Farthing.Tests.Ledger;
using Farthing.Tests.Ledger.Alarms;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Gateway.Serving.FakeProvider;

namespace Farthing.Tests.Host.Alarms;

public abstract class WebhookSenderTests(StoreKind kind) : IAsyncLifetime
{
    private const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly LedgerFixture _ledger = new(kind: kind);
    private readonly FakeTimeProvider _time = new(LedgerFixture.Noon);
    private readonly List<IDisposable> _owned = [];
    private FakeProvider _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await FakeProvider.StartAsync();
        _receiver.Usual = Json(204, "");
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(LedgerVerifier.Verify(_ledger.File).Problems);
        _owned.ForEach(static each => each.Dispose());
        await _receiver.DisposeAsync();
        _ledger.Dispose();
    }

    [Fact]
    public async Task A_message_is_sent_once_and_anybody_with_the_secret_can_verify_it()
    {
        Fire();
        Assert.Equal(1, (await SendAsync(Sender())).Delivered);
        Assert.Equal(0, (await SendAsync(Sender())).Delivered);

        Received got = Assert.Single(_receiver.Requests);
        Assert.Equal("application/json", got.Headers["Content-Type"]);
        Assert.StartsWith("""{"type":"alarm.firing","timestamp":"2026-03-04T12:00:00Z","data":{"change":1,"alarm":"rule",""", got.Body, StringComparison.Ordinal);
        Assert.Equal(LedgerFixture.Noon.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), got.Headers["webhook-timestamp"]);
        Assert.Equal(Signature(got), got.Headers["webhook-signature"]);
        Assert.NotEqual(Signature(got with { Body = got.Body.Replace("firing", "resolved", StringComparison.Ordinal) }), got.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_later_each_time_with_the_same_id()
    {
        Fire();
        _receiver.Then(Json(500, "secret words of the receiver")).Then(FakeProvider.Abort).Then(Json(503, ""));
        WebhookSender sender = Sender(random: 0);

        // Half of 10, 20 and 40 s: the least that jitter leaves.
        foreach (int rest in new[] { 5, 10, 20 })
        {
            Assert.Single((await SendAsync(sender)).Failures);
            _time.Advance(TimeSpan.FromSeconds(rest) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(new WebhookRound(0, []), await SendAsync(sender) with { Failures = [] });
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.DoesNotContain("secret words", string.Concat(Outbox().Undelivered().Select(static message => message.Detail)), StringComparison.Ordinal);
        Assert.Equal(1, (await SendAsync(sender)).Delivered);
        Assert.Equal(4, _receiver.Requests.Count);
        Assert.Single(_receiver.Requests.Select(static got => got.Headers["webhook-id"]).Distinct());
        Assert.Equal(4, _receiver.Requests.Select(static got => got.Headers["webhook-timestamp"]).Distinct().Count());
        Assert.All(_receiver.Requests, got => Assert.Equal(Signature(got), got.Headers["webhook-signature"]));
        Assert.Empty(Outbox().Undelivered());
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_given_up_after_its_time_and_tried_again()
    {
        Fire();
        var left = new TaskCompletionSource();
        _receiver.Then(Hang(left));
        Task<WebhookRound> sending = SendAsync(Sender(random: 0));
        while (_receiver.Requests.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.False(sending.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains("no answer within 3 s", Assert.Single((await sending).Failures), StringComparison.Ordinal);
        await left.Task.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await SendAsync(Sender())).Delivered);
    }

    [Fact]
    public async Task A_receiver_that_can_not_be_connected_to_is_given_up_after_its_time_and_tried_again()
    {
        Fire();

        // Its queue of connections is full and nobody takes them, so that the next one waits for its own timer, which is not the clock of the try.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        for (bool isFull = false; !isFull;)
        {
            var waiting = new TcpClient();
            _owned.Add(waiting);
            Task connected = waiting.ConnectAsync((IPEndPoint)deaf.LocalEndPoint!, TestContext.Current.CancellationToken).AsTask();
            isFull = await Task.WhenAny(connected, Task.Delay(300, TestContext.Current.CancellationToken)) != connected;
        }

        WebhookRound round = await SendAsync(Sender($"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndPoint!).Port}/"));
        Assert.Contains("no answer within 3 s", Assert.Single(round.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_process_wrote_before_it_died_is_sent_by_the_next_one()
    {
        // The change is committed, and nobody ever sent it.
        Fire();
        _ledger.Reopen();
        Assert.Equal(1, (await SendAsync(Sender())).Delivered);

        // It died with a claim: nobody sends before its lease is over, then it is sent once.
        Fire("other");
        Assert.NotNull(Outbox().Claim(TimeSpan.FromSeconds(33), 10));
        _ledger.Reopen();
        Assert.Equal(0, (await SendAsync(Sender())).Delivered);
        _time.Advance(TimeSpan.FromSeconds(33));
        Assert.Equal(1, (await SendAsync(Sender())).Delivered);
        Assert.Equal(2, _receiver.Requests.Count);
    }

    [Fact]
    public async Task Two_senders_deliver_each_message_once()
    {
        for (int i = 0; i < 10; i++)
        {
            Fire($"m{i}");
        }

        WebhookRound[] rounds = await Task.WhenAll(Task.Run(() => SendAsync(Sender())), Task.Run(() => SendAsync(Sender(own: true))));

        Assert.Equal(10, rounds.Sum(static round => round.Delivered));
        Assert.Equal(10, _receiver.Requests.Select(static got => got.Headers["webhook-id"]).Distinct().Count());
        Assert.Equal(10, _receiver.Requests.Count);
    }

    [Fact]
    public async Task After_its_last_try_a_message_is_dead_and_the_next_one_is_sent()
    {
        Fire();
        _receiver.Usual = Json(500, "");
        WebhookSender sender = Sender(attempts: 2);
        Assert.DoesNotContain("dead", Assert.Single((await SendAsync(sender)).Failures), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Contains("HTTP 500; it is dead", Assert.Single((await SendAsync(sender)).Failures), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(9));
        Fire("other");
        _receiver.Usual = Json(200, "ok");
        Assert.Equal(1, (await SendAsync(sender)).Delivered);
        OutboxMessage dead = Assert.Single(Outbox().Undelivered());
        Assert.Equal((OutboxStatus.Dead, 2, "HTTP 500"), (dead.Status, dead.Tries, dead.Detail));
    }

    [Fact]
    public async Task What_the_receiver_asks_for_is_done_within_limits()
    {
        Fire("gone");
        _receiver.Then(Json(410, ""));
        Assert.Contains("it is dead", Assert.Single((await SendAsync(Sender())).Failures), StringComparison.Ordinal);

        Fire("moved");
        _receiver.Then(Json(307, "", ("Location", _receiver.Url)));
        Assert.Contains("redirects are not followed", Assert.Single((await SendAsync(Sender())).Failures), StringComparison.Ordinal);
        Assert.Equal(2, _receiver.Requests.Count);

        Fire("busy");
        _receiver.Then(Json(429, "", ("Retry-After", "100")));
        await SendAsync(Sender());
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(100), Outbox().Undelivered().Single(static message => message.Subject == "busy").Next);

        Fire("eternal");
        _receiver.Then(Json(429, "", ("Retry-After", "999999")));
        await SendAsync(Sender());
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(300), Outbox().Undelivered().Single(static message => message.Subject == "eternal").Next);
    }

    [Fact]
    public async Task A_process_that_is_stopped_while_it_sends_leaves_the_message_to_the_next_at_once()
    {
        Fire();
        var left = new TaskCompletionSource();
        _receiver.Then(Hang(left));
        using var stop = new CancellationTokenSource();
        Task<WebhookRound> sending = Sender().SendDueAsync(stop.Token);
        while (_receiver.Requests.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await sending;
        Assert.Equal(1, (await SendAsync(Sender())).Delivered);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data", "is a link-local or metadata address")]
    [InlineData("http://[fe80::1]/", "is a link-local or metadata address")]
    [InlineData("http://[fd00:ec2::254]/", "is a link-local or metadata address")]
    public async Task Metadata_addresses_are_not_connected_to(string url, string said)
    {
        Fire();
        Assert.Contains(said, Assert.Single((await SendAsync(Sender(url: url))).Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_a_receiver_sends_is_repeated()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = Task.Run(
            async () =>
            {
                using Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
                byte[] asked = new byte[64 * 1024];
                _ = await socket.ReceiveAsync(asked, TestContext.Current.CancellationToken);
                await socket.SendAsync("\u001b[31mGOTCHA\u001b]0;title\u0007 no HTTP\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            },
            TestContext.Current.CancellationToken);
        Fire();
        string url = $"http://{listener.LocalEndpoint}/";
        Assert.EndsWith(": what it answers is no HTTP", Assert.Single((await SendAsync(Sender(url))).Failures), StringComparison.Ordinal);
        await answering;
        listener.Stop();
        Assert.Equal("what it answers is no HTTP", Assert.Single(Outbox().Undelivered()).Detail);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.EndsWith(": it refuses connections", Assert.Single((await SendAsync(Sender(url))).Failures), StringComparison.Ordinal);
    }

    /// <summary>As Standard Webhooks say, computed here by other means than those of the sender.</summary>
    private static string Signature(Received got)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(Key));
        foreach (string part in new[] { got.Headers["webhook-id"], ".", got.Headers["webhook-timestamp"], ".", got.Body })
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
        }

        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }

    private void Fire(string subject = "") => new AlarmBook(_ledger.File, _time)
        .Apply([new TestRule("rule" + subject).With(TestRule.Finding(true, subject)).Judged()], new AlarmTelling { IsTold = true });

    private Outbox Outbox() => new(_ledger.File, "test", _time);

    private WebhookSender Sender(string? url = null, int attempts = 10, double random = 0.5, bool own = false)
    {
        LedgerStore store = own ? LedgerStore.Open(_ledger.Address) : _ledger.File;
        var options = new WebhookOptions(new Uri(url ?? _receiver.Url))
        {
            Secret = new Secret(WebhookSecret.Prefix + Key),
            Timeout = TimeSpan.FromSeconds(3),
            Attempts = attempts,
            FirstRetry = TimeSpan.FromSeconds(10),
            LongestRetry = TimeSpan.FromSeconds(300),
        };
        var sender = new WebhookSender(options, new Outbox(store, "test", _time), _time, () => random);
        _owned.Add(sender);
        if (own)
        {
            _owned.Add(store);
        }

        return sender;
    }

    private static Task<WebhookRound> SendAsync(WebhookSender sender) => sender.SendDueAsync(TestContext.Current.CancellationToken);
}

public sealed class WebhookSenderOnSqliteTests() : WebhookSenderTests(StoreKind.Sqlite);

public sealed class WebhookSenderOnPostgresTests() : WebhookSenderTests(StoreKind.Postgres);

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Id = "msg_p5jXN8AQM9LWM0D4loKWxJek", Body = """{"test": 2432232314}""";

    /// <summary>The example that the libraries of Standard Webhooks are tested with.</summary>
    [Fact]
    public void It_is_that_of_standard_webhooks() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSignature.Sign(new Secret(Secret), Id, "1614265330", Body));

    [Theory]
    [InlineData(Body, 0)]
    [InlineData("""{"test": 2432232315}""", 1)]
    public async Task Npms_standardwebhooks_takes_it_and_nothing_else(string received, int status)
    {
        string secret = WebhookSecret.Create();
        string timestamp = WebhookSignature.Timestamp(TimeProvider.System.GetUtcNow());
        string signature = WebhookSignature.Sign(new Secret(secret), Id, timestamp, Body);
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardError = true, WorkingDirectory = NodeRun.PathOf("") };
        start.ArgumentList.Add(NodeRun.PathOf("webhook.mjs"));
        using Process node = Process.Start(start)!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new
        {
            secret,
            body = received,
            headers = new Dictionary<string, string> { ["webhook-id"] = Id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = signature },
        }));
        node.StandardInput.Close();
        string said = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((status, status == 0 ? "" : "No matching signature found\n"), (node.ExitCode, said));
    }
}
