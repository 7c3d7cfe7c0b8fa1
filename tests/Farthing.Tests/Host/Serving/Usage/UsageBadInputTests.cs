using System.IO.Compression;
using System.Text;
using Farthing.Gateway.Configuration;
using Farthing.Tests.Ledger;

namespace Farthing.Tests.Host.Serving.Usage;

public sealed class UsageBadInputTests : IAsyncLifetime
{
    private const string Good = """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":1}}""";

    private UsageRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await UsageRig.StartAsync(StoreKind.Sqlite);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":-1}}""", "bad_quantity", "below 0")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":-0}}""", "bad_quantity", "below 0")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":1.5}}""", "bad_quantity", "whole number")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":1e3}}""", "bad_quantity", "whole number")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":"NaN"}}""", "bad_quantity", "whole number")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":9223372036854775808}}""", "bad_quantity", "64 bits")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"llm/openai/gpt-4o-mini","meters":{"input-tokens":9223372036854775807}}""", "too_large", "9.2 million")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":{"quantity":1,"unit":"pounds"}}}""", "unknown_unit", "write token")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"x-mine":1}}""", "unknown_unit", "say what it counts")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"tokens":1}}""", "unknown_meter", "input-tokens")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{}}""", "bad_field", "1 to 40")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":[1]}""", "bad_field", "object")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x"}""", "missing_field", "'meters' or 'device_us'")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"puts":1},"meters":{"puts":2}}""", "duplicate_field", "comes twice")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"puts":1,"puts":2}}""", "duplicate_field", "comes twice")]
    [InlineData("farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"puts":1},"qantity":1}""", "unknown_field", "qantity")]
    [InlineData("farthing.usage", """{"run":"r","stage":"paint","resource":"x","meters":{"puts":1}}""", "unknown_stage", "text_encoders")]
    [InlineData("farthing.usage", """{"run":"r","stage":"idle","resource":"x","meters":{"puts":1}}""", "invalid", "closing a lease")]
    [InlineData("farthing.usage", """{"run":"r\u0000","stage":"caption","resource":"x","meters":{"puts":1}}""", "bad_text", "control")]
    [InlineData("farthing.usage", """{"run":"\ud800","stage":"caption","resource":"x","meters":{"puts":1}}""", "bad_text", "Unicode")]
    [InlineData("farthing.usage", """{"run":["r"],"stage":"caption","resource":"x","meters":{"puts":1}}""", "bad_text", "'run'")]
    [InlineData("farthing.usage", """{"run":"r","attempt":2,"stage":"caption","resource":"x","meters":{"puts":1}}""", "missing_field", "'render'")]
    [InlineData("farthing.usage", """{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}""", "too_deep", "nested")]
    [InlineData("farthing.usage", "7", "bad_field", "object")]
    [InlineData("farthing.gift", Good, "unknown_type", "farthing.usage")]
    [InlineData("farthing.lease.heartbeat", """{"lease":"l","elapsed_us":1,"idle_us":2}""", "bad_quantity", "'idle_us'")]
    [InlineData("farthing.attempt.ended", """{"run":"r","render":"a","outcome":"eaten"}""", "unknown_outcome", "delivered")]
    [InlineData("farthing.batch", """{"lease":"l","batch":"b","stage":"unet","device_us":1,"renders":[]}""", "bad_field", "renders")]
    [InlineData("farthing.batch", """{"lease":"l","batch":"b","stage":"unet","device_us":1,"renders":[{"render":"a"},{"render":"a"}]}""", "bad_field", "twice")]
    [InlineData("farthing.saved", """{"run":"r","kind":"luck","stage":"caption","resource":"x","meter":"puts","quantity":1,"evidence":"e"}""", "unknown_kind", "int8")]
    public async Task A_bad_event_is_refused_by_name_and_the_others_are_booked(string type, string data, string code, string part)
    {
        var (status, body) = await _rig.BatchAsync(UsageRig.Tokens("before"), UsageRig.Event("bad", type, data), UsageRig.Tokens("after"));
        Assert.Equal(207, status);
        Assert.Equal(["accepted", "refused", "accepted"], UsageRig.Statuses(body));
        var bad = body.GetProperty("events")[1];
        Assert.Equal(("/tests", "bad", code), (bad.GetProperty("source").GetString(), bad.GetProperty("id").GetString(), bad.GetProperty("code").GetString()));
        Assert.Contains(part, bad.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((2, 2), (_rig.Count("charges"), _rig.Count("usage_events")));
        Assert.Equal(0, _rig.Count("meter_units"));
        Assert.Equal(422, (await _rig.PostAsync(UsageRig.Event("bad", type, data))).Status);
        _rig.AssertWhole();
    }

    [Theory]
    [InlineData("""{"specversion":"0.3","source":"s","id":"i","type":"t","time":"2026-03-04T12:00:00Z","data":{}}""", "bad_version")]
    [InlineData("""{"specversion":"1.0","source":"","id":"i","type":"t","time":"2026-03-04T12:00:00Z","data":{}}""", "bad_text")]
    [InlineData("""{"specversion":"1.0","source":"s","type":"t","time":"2026-03-04T12:00:00Z","data":{}}""", "missing_field")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","type":"t","data":{}}""", "missing_field")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","type":"t","time":"2026-03-04T12:00:00","data":{}}""", "bad_time")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","type":"t","time":"1969-03-04T12:00:00Z","data":{}}""", "bad_time")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","type":"t","time":"2026-02-30T12:00:00Z","data":{}}""", "bad_time")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","type":"t","time":"2026-03-04T12:00:00Z"}""", "missing_field")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","type":"t","time":"2026-03-04T12:00:00Z","data_base64":"AA=="}""", "bad_field")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","id":"j","type":"t","time":"2026-03-04T12:00:00Z","data":{}}""", "duplicate_field")]
    [InlineData("""{"specversion":"1.0","source":"s","id":"i","type":"t","datacontenttype":"text/xml","time":"2026-03-04T12:00:00Z","data":"<a/>"}""", "bad_content_type")]
    [InlineData("7", "bad_field")]
    public async Task What_is_no_cloud_event_is_refused(string body, string code)
    {
        var (status, answer) = await _rig.PostAsync(body);
        Assert.Equal((422, code), (status, answer.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("012")]
    [InlineData("1,")]
    [InlineData("tru\u00e9")]
    public async Task An_event_that_is_no_JSON_is_refused_by_name_and_the_others_of_its_batch_are_booked(string number)
    {
        string broken = UsageRig.Event("bad, [", "farthing.usage", Good.Replace("1}", number + "}", StringComparison.Ordinal));
        var (status, body) = await _rig.PostAsync($"[ {UsageRig.Tokens("before")},{broken} ,{UsageRig.Tokens("after")}, ]\n", "application/cloudevents-batch+json");

        Assert.Equal(207, status);
        Assert.Equal(["accepted", "refused", "accepted", "refused"], UsageRig.Statuses(body));
        var bad = body.GetProperty("events")[1];
        Assert.Equal(("/tests", "bad, [", "bad_json"), (bad.GetProperty("source").GetString(), bad.GetProperty("id").GetString(), bad.GetProperty("code").GetString()));
        Assert.Equal(2, _rig.Count("usage_events"));
        var (alone, answer) = await _rig.PostAsync(broken);
        Assert.Equal((400, true), (alone, answer.GetProperty("error").GetProperty("message").GetString()!.Contains("The event 'bad, [' of '/tests' is no JSON", StringComparison.Ordinal)));
        _rig.AssertWhole();
    }

    [Theory]
    [InlineData("[{", "no JSON")]
    [InlineData("""[{"a":1},{"a":Infinity}""", "no JSON")]
    [InlineData("""[{"a":1},{"a":NaN]}""", "no JSON")]
    [InlineData("""[{"a":"]""", "no JSON")]
    [InlineData("""[{"a":NaN}] 1""", "no JSON")]
    [InlineData("""[{"a":NaN}]]""", "no JSON")]
    [InlineData("""["\""", "no JSON")]
    [InlineData("", "no JSON")]
    [InlineData("{}", "JSON array")]
    [InlineData("\u0001", "no JSON")]
    public async Task A_body_that_is_no_batch_books_nothing(string body, string part)
    {
        var (status, answer) = await _rig.PostAsync(body, "application/cloudevents-batch+json");
        Assert.Equal(400, status);
        Assert.Contains(part, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, _rig.Count("usage_events"));
    }

    [Fact]
    public async Task A_batch_of_50_megabytes_is_refused_and_not_kept()
    {
        using var huge = new StreamContent(new Blanks(50_000_000));
        var (status, answer) = await _rig.PostAsync(huge, "application/cloudevents-batch+json");
        Assert.Equal((413, "too_large"), (status, answer.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("8 MiB", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await _rig.PostAsync(UsageRig.Tokens("after"))).Status);
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_huge_one_is_refused_and_a_packed_one_is_taken()
    {
        Assert.Equal(413, (await _rig.PostAsync(Packed(new string(' ', 30_000_000)), "application/json")).Status);
        Assert.Equal(200, (await _rig.PostAsync(Packed(UsageRig.Tokens("a")), "application/cloudevents+json")).Status);
        using var broken = new ByteArrayContent("no gzip"u8.ToArray());
        broken.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(400, (await _rig.PostAsync(broken, "application/json")).Status);
        using var unknown = new ByteArrayContent("x"u8.ToArray());
        unknown.Headers.ContentEncoding.Add("br");
        Assert.Equal(415, (await _rig.PostAsync(unknown, "application/json")).Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task A_packed_body_that_was_cut_off_books_nothing(int cut)
    {
        byte[] whole = await Packed(UsageRig.Tokens("a")).ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        using var part = new ByteArrayContent(whole[..^cut]) { Headers = { ContentEncoding = { "gzip" } } };
        var (status, answer) = await _rig.PostAsync(part, "application/cloudevents+json");
        Assert.Equal((400, "bad_encoding"), (status, answer.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(0, _rig.Count("usage_events"));
    }

    [Theory]
    [InlineData("resource", "r")]
    [InlineData("run", "r")]
    public async Task A_name_of_blanks_is_none(string field, string name)
    {
        var (status, answer) = await _rig.PostAsync(UsageRig.Event("a", "farthing.usage", $$$"""{"run":"r","stage":"finish","resource":"r","meters":{"puts":1},"x":1}""".Replace($"\"{field}\":\"{name}\"", $"\"{field}\":\" \"", StringComparison.Ordinal)));
        Assert.Equal((422, "bad_text"), (status, answer.GetProperty("code").GetString()));
        Assert.Contains($"'{field}' must be a text", answer.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_has_no_words_of_the_programs_own_parts()
    {
        foreach (var (body, type, path) in ((string, string, string)[])
        [
            ("{", "application/cloudevents+json", "/v1/usage"), ("[{\"a\":1},{\"a\":NaN}]", "application/cloudevents-batch+json", "/v1/usage"),
            ("{", "application/json", "/v1/traces"), ("\n\u0005", "application/x-protobuf", "/v1/traces"),
        ])
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            using var response = await _rig.Client.PostAsync(path, content, TestContext.Current.CancellationToken);
            string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            foreach (string word in (string[])["isFinalBlock", "BytePositionInLine", "CodedInputStream", "protocol message", "JsonReader", "System."])
            {
                Assert.DoesNotContain(word, text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_batch_of_too_many_events_and_another_media_type_are_refused()
    {
        var (status, answer) = await _rig.PostAsync($"[{string.Join(',', Enumerable.Repeat("{}", 10_001))}]", "application/cloudevents-batch+json");
        Assert.Equal((413, "too_many_events"), (status, answer.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(415, (await _rig.PostAsync("<usage/>", "text/xml")).Status);
        Assert.Equal(404, (await _rig.PostAsync("""{"model":"x","messages":[]}""", "application/json", "/v1/chat/completions")).Status);
    }

    [Fact]
    public async Task Too_long_texts_are_refused()
    {
        string longer = new('x', 201);
        var (_, body) = await _rig.BatchAsync(
            UsageRig.Tokens(longer),
            UsageRig.Event("a", "farthing.usage", Good.Replace("\"r\"", $"\"{longer}\"", StringComparison.Ordinal)),
            UsageRig.Event("b", "farthing.usage", Good.Replace("}}", $"}},\"tags\":\"{new string('t', 1001)}\"}}", StringComparison.Ordinal)));
        Assert.Equal(["refused", "refused", "refused"], UsageRig.Statuses(body));
    }

    [Fact]
    public async Task A_full_queue_asks_to_come_again()
    {
        await using var rig = await UsageRig.StartAsync(StoreKind.Sqlite, "usage: {max_queued_events: 2}", isWriting: false);
        using var gone = new CancellationTokenSource();
        using var content = new StringContent($"[{UsageRig.Tokens("a")},{UsageRig.Tokens("b")}]", Encoding.UTF8, "application/cloudevents-batch+json");
        var waiting = rig.Client.PostAsync("/v1/usage", content, gone.Token);
        while (rig.Queued == 0)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        var answer = await rig.PostAsync(UsageRig.Tokens("c"));
        Assert.Equal((503, "busy"), (answer.Status, answer.Body.GetProperty("error").GetProperty("code").GetString()));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("usage: {max_events: 0}", "max_events")]
    [InlineData("usage: {clients: [nobody]}", "nobody")]
    [InlineData("usage: {colour: red}", "colour")]
    [InlineData("usage: 7", "keys and values")]
    [InlineData("server: {}", "'providers' is missing")]
    public void A_wrong_usage_section_is_named(string yaml, string part)
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => GatewayConfiguration.Parse(yaml, "u.yaml", static _ => null));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_usage_section_may_be_empty() => Assert.Equal(10_000, GatewayConfiguration.Parse("usage:", "u.yaml", static _ => null).Usage!.MaxEvents);

    private static ByteArrayContent Packed(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return new ByteArrayContent(buffer.ToArray()) { Headers = { ContentEncoding = { "gzip" } } };
    }

    /// <summary>Blanks, so many, made as they are read.</summary>
    private sealed class Blanks(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, length - Position);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            Position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
