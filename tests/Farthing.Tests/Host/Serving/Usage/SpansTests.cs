using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Farthing.Gateway.Keys;
using Farthing.Serving.Otlp;
using Farthing.Tests.Ledger;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Farthing.Tests.Host.Serving.Usage;

public abstract class SpansTests(StoreKind kind) : IAsyncLifetime
{
    private const string TraceId = "5b8efff798038103d269b633813fc60c";

    private UsageRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await UsageRig.StartAsync(kind);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Spans_of_model_calls_are_booked_once_by_token_class_and_others_are_left_alone()
    {
        var request = Request(
            Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 1_000_000), ("gen_ai.usage.output_tokens", 500_000), ("gen_ai.usage.cache_read.input_tokens", 400_000)),
            Call("eee19b7ec3c1b175"),
            new Span { TraceId = Bytes(TraceId), SpanId = Bytes("eee19b7ec3c1b176"), Name = "GET /", StartTimeUnixNano = Nanoseconds },
            Call("eee19b7ec3c1b177", ("gen_ai.operation.name", "invoke_agent"), ("gen_ai.usage.input_tokens", 9)));
        for (int i = 0; i < 2; i++)
        {
            var answer = await PostAsync(request, isPacked: i == 1);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Null(ExportTraceServiceResponse.Parser.ParseFrom(answer.Body).PartialSuccess);
        }

        Assert.Equal([("", "input-tokens", 600_000), ("", "cached-input-tokens", 400_000), ("", "output-tokens", 500_000)], _rig.Charges());
        Assert.Equal(90_000_000_000 + 30_000_000_000 + 300_000_000_000, _rig.Amount());
        Assert.Equal(("captioner", "llm_call"), _rig.Store.Read(static transaction => transaction.QuerySingle<(string, string)>("SELECT run_id, stage FROM charges LIMIT 1")));
        _rig.AssertWhole();
    }

    [Fact]
    public async Task A_span_is_billed_by_its_service_and_the_tier_of_its_prompt_as_a_call_of_the_gateway_is()
    {
        await PostAsync(Request(
            Call5("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 250_000), ("gen_ai.usage.cache_read.input_tokens", 49_999), ("gen_ai.usage.output_tokens", 10), ("gen_ai.usage.reasoning.output_tokens", 4)),
            Call5("eee19b7ec3c1b175", ("gen_ai.usage.input_tokens", 200_000)),
            Call5("eee19b7ec3c1b176", ("gen_ai.usage.input_tokens", 5), ("openai.response.service_tier", "priority")),
            Call5("eee19b7ec3c1b177", ("gen_ai.usage.input_tokens", 5), ("gen_ai.openai.response.service_tier", "default")),
            Call5("eee19b7ec3c1b178", ("gen_ai.usage.input_tokens", 250_001), ("openai.response.service_tier", "flex"))));
        Assert.Equal(
            [
                "llm/openai/gpt-5#above-200k input-tokens 200001",
                "llm/openai/gpt-5 cached-input-tokens 49999",
                "llm/openai/gpt-5#above-200k output-tokens 10",
                "llm/openai/gpt-5 input-tokens 200000",
                "llm/openai/gpt-5#priority input-tokens 5",
                "llm/openai/gpt-5 input-tokens 5",
                "llm/openai/gpt-5#flex input-tokens 250001",
            ],
            _rig.Store.Read(static transaction => transaction.Query<string>("SELECT resource || ' ' || meter || ' ' || quantity FROM charges ORDER BY seq").ToList()));

        // A service without a price is listed as that, and is not taken for the standard one.
        Assert.Equal(1, _rig.Store.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM charges AS c WHERE NOT EXISTS (SELECT 1 FROM transfers WHERE charge_seq = c.seq)")));
        _rig.AssertWhole();
    }

    [Theory]
    [InlineData("\"traceId\":\"zz\"")]
    [InlineData("\"traceId\":7")]
    public async Task An_id_that_is_no_hexadecimal_number_refuses_its_span_alone(string bad)
    {
        const string Span = """
            {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"","name":"chat","startTimeUnixNano":"1772625600000000000",
            "attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"gpt-5"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}}]}
            """;
        var json = $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{Span}},{{Span.Replace("\"traceId\":\"5B8EFFF798038103D269B633813FC60C\"", bad, StringComparison.Ordinal)}}]}]}]}""";
        var (status, body) = await _rig.PostAsync(json, "application/json", "/v1/traces");
        Assert.Equal(200, status);
        var partial = body.GetProperty("partialSuccess");
        Assert.Equal("1", partial.GetProperty("rejectedSpans").ToString());
        Assert.Contains("hexadecimal digits", partial.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Single(_rig.Charges());
    }

    [Theory]
    [InlineData("\"traceId\":\"5B8EFFF798038103D269B633813FC60C\"", "\"traceId\":\"abc\"", "chat: The span has no trace id of 16 bytes")]
    [InlineData("\"1772625600000000000\"", "\"-1\"", "5b8efff798038103d269b633813fc60c-eee19b7ec3c1b175: Its 'startTimeUnixNano' can't be read")]
    [InlineData("\"1772625600000000000\"", "-5", "5b8efff798038103d269b633813fc60c-eee19b7ec3c1b175: Its 'startTimeUnixNano' can't be read")]
    [InlineData("\"7\"", "\"99999999999999999999\"", "5b8efff798038103d269b633813fc60c-eee19b7ec3c1b175: Its attribute 2 can't be read")]
    [InlineData("gpt-5", "gpt-\u00ff", "5b8efff798038103d269b633813fc60c-eee19b7ec3c1b175: Its attribute 1 can't be read: a text in it is not UTF-8.")]
    public async Task What_can_not_be_read_in_a_span_of_json_refuses_it_alone(string good, string bad, string reason)
    {
        const string Span = """
            {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B175","name":"chat","startTimeUnixNano":"1772625600000000000",
            "attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"gpt-5"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}}]}
            """;
        var json = $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{Span.Replace("B175", "B174", StringComparison.Ordinal)}},{{Span.Replace(good, bad, StringComparison.Ordinal)}}]}]}]}""";

        // Written as Latin-1, a letter beyond ASCII is no UTF-8.
        using var content = new ByteArrayContent(System.Text.Encoding.Latin1.GetBytes(json));
        var (status, body) = await _rig.PostAsync(content, "application/json", "/v1/traces");
        Assert.Equal(200, status);
        var partial = body.GetProperty("partialSuccess");
        Assert.Equal("1", partial.GetProperty("rejectedSpans").ToString());
        Assert.Contains(reason, partial.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Single(_rig.Charges());
        _rig.AssertWhole();
    }

    [Fact]
    public async Task A_text_of_protobuf_that_is_no_utf8_refuses_its_span_alone()
    {
        byte[] request = Request(Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 5)), Call("eee19b7ec3c1b175", ("gen_ai.usage.input_tokens", 5), ("farthing.run", "spring"))).ToByteArray();
        request[request.AsSpan().IndexOf("spring"u8)] = 0xFF;
        using var content = new ByteArrayContent(request) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        using var response = await _rig.Client.PostAsync("/v1/traces", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var partial = ExportTraceServiceResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).PartialSuccess;
        Assert.Equal(1, partial.RejectedSpans);
        Assert.Contains($"{TraceId}-eee19b7ec3c1b175: Its attribute 5 can't be read: a text in it is not UTF-8", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Single(_rig.Charges());

        // A resource that can't be read has no run to book its spans under.
        byte[] other = Request(Call("eee19b7ec3c1b176", ("gen_ai.usage.input_tokens", 5))).ToByteArray();
        other[other.AsSpan().IndexOf("captioner"u8)] = 0xFF;
        using var next = new ByteArrayContent(other) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        using var answer = await _rig.Client.PostAsync("/v1/traces", next, TestContext.Current.CancellationToken);
        Assert.Contains(
            $"{TraceId}-eee19b7ec3c1b176: Its resource can't be read",
            ExportTraceServiceResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).PartialSuccess.ErrorMessage,
            StringComparison.Ordinal);
        Assert.Single(_rig.Charges());
    }

    [Fact]
    public async Task Tags_are_a_text_or_a_list_of_texts_and_nothing_else()
    {
        Span list = Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 5));
        list.Attributes.Add(new KeyValue { Key = "farthing.tags", Value = List("spring", "social") });
        Span again = Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 5), ("farthing.tags", "social,spring"));
        Span two = Call("eee19b7ec3c1b175", ("gen_ai.usage.input_tokens", 5));
        two.Attributes.Add(new KeyValue { Key = "farthing.tags", Value = List("x,tenant:other") });
        Assert.Null(ExportTraceServiceResponse.Parser.ParseFrom((await PostAsync(Request(list, again))).Body).PartialSuccess);
        var partial = ExportTraceServiceResponse.Parser.ParseFrom((await PostAsync(Request(
            two, Call("eee19b7ec3c1b176", ("gen_ai.usage.input_tokens", 5), ("farthing.tags", 7)), Call("eee19b7ec3c1b177", ("gen_ai.usage.input_tokens", 5), ("farthing.tenant", 7))))).Body).PartialSuccess;
        Assert.Equal(3, partial.RejectedSpans);
        Assert.Contains("eee19b7ec3c1b175: 'x,tenant:other' is no tag", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("eee19b7ec3c1b176: 'farthing.tags' must be a text with commas between tags, or a list of texts.", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("eee19b7ec3c1b177: 'farthing.tenant' must be a text.", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(["social,spring"], _rig.Store.Read(static transaction => transaction.Query<string>("SELECT tags FROM charges").ToList()));

        static AnyValue List(params string[] texts) => new() { ArrayValue = new ArrayValue { Values = { texts.Select(static text => new AnyValue { StringValue = text }) } } };
    }

    [Fact]
    public async Task Json_with_ids_in_hexadecimal_is_the_same_span()
    {
        await PostAsync(Request(Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 7), ("gen_ai.usage.output_tokens", 3))));
        const string Json = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"captioner"}}]},"scopeSpans":[{"scope":{"name":"x","unheardOf":1},"spans":[
            {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"chat gpt-4o-mini","kind":3,"startTimeUnixNano":"1772625600000000000","endTimeUnixNano":"1772625601000000000",
            "attributes":[{"key":"gen_ai.provider.name","value":{"stringValue":"openai"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o-mini"}},
            {"key":"gen_ai.response.model","value":{"stringValue":"gpt-4o-mini-2024-07-18"}},
            {"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}},{"key":"gen_ai.usage.output_tokens","value":{"doubleValue":3}}]}]}]}]}
            """;
        var (status, body) = await _rig.PostAsync(Json, "application/json", "/v1/traces");
        Assert.Equal((200, JsonValueKind.Object), (status, body.ValueKind));
        Assert.Empty(body.EnumerateObject());
        Assert.Equal(2, _rig.Count("charges"));

        var changed = await _rig.PostAsync(Json.Replace("\"7\"", "\"8\"", StringComparison.Ordinal), "application/json", "/v1/traces");
        Assert.Equal("1", changed.Body.GetProperty("partialSuccess").GetProperty("rejectedSpans").GetString());
        Assert.Contains("5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174", changed.Body.GetProperty("partialSuccess").GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, _rig.Count("charges"));
    }

    [Fact]
    public async Task Spans_that_cannot_be_booked_are_counted_and_named_and_the_others_are_booked()
    {
        Span late = Call("eee19b7ec3c1b175", ("gen_ai.usage.input_tokens", 1));
        late.StartTimeUnixNano += 3_600_000_000_000;
        Span nameless = Call("eee19b7ec3c1b176", ("gen_ai.usage.input_tokens", 1));
        nameless.SpanId = ByteString.Empty;
        var answer = await PostAsync(Request(
            Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 5)), late, nameless, Call("eee19b7ec3c1b177", ("gen_ai.usage.input_tokens", -5))));
        var partial = ExportTraceServiceResponse.Parser.ParseFrom(answer.Body).PartialSuccess;
        Assert.Equal(3, partial.RejectedSpans);
        Assert.Contains("ahead of this server's", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("no span id", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("'gen_ai.usage.input_tokens'", partial.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(1, _rig.Count("charges"));
    }

    [Fact]
    public async Task A_key_without_a_team_books_spans_under_no_tenant_where_another_has_one()
    {
        string team = ClientKeys.Create(), plain = ClientKeys.Create();
        await using var rig = await UsageRig.StartAsync(
            kind, $"usage: {{}}\nclient_keys: [{{name: a, hash: \"sha256:{ClientKeys.HashOf(team)}\", team: studio}}, {{name: b, hash: \"sha256:{ClientKeys.HashOf(plain)}\"}}]");
        foreach (var (id, key, name, value, isTaken) in ((string, string, string, string, bool)[])
        [
            ("eee19b7ec3c1b174", team, "farthing.tenant", "studio", true),
            ("eee19b7ec3c1b175", team, "farthing.tenant", "acme", false),
            ("eee19b7ec3c1b176", plain, "farthing.tenant", "studio", false),
            ("eee19b7ec3c1b177", plain, "farthing.tags", "x,tenant:studio", false),
            ("eee19b7ec3c1b178", plain, "farthing.tags", "x", true),
        ])
        {
            var span = Request(Call(id, ("gen_ai.usage.input_tokens", 5), (name, value)));
            using var content = new ByteArrayContent(span.ToByteArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = content, Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
            using var response = await rig.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var answer = ExportTraceServiceResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal((HttpStatusCode.OK, isTaken ? 0 : 1), (response.StatusCode, answer.PartialSuccess?.RejectedSpans ?? 0));
        }

        Assert.Equal(["tenant:studio", "x"], rig.Store.Read(static transaction => transaction.Query<string>("SELECT tags FROM charges ORDER BY seq").ToList()));
    }

    [Fact]
    public async Task Counts_that_are_at_odds_are_marked_as_estimated()
    {
        await PostAsync(Request(Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 5), ("gen_ai.usage.cache_read.input_tokens", 90), ("gen_ai.usage.output_tokens", 2))));
        Assert.Equal([("", "input-tokens", 5), ("", "cached-input-tokens", 90), ("", "output-tokens", 2)], _rig.Charges());
        Assert.Equal(3, _rig.Store.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM charges WHERE estimated = 1")));
    }

    [Theory]
    [InlineData("not protobuf", "application/x-protobuf", 400)]
    [InlineData("{\"resourceSpans\":7}", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("{}", "text/plain", 415)]
    public async Task A_body_that_is_no_export_is_refused_in_the_protocols_own_words(string body, string type, int status)
    {
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var response = await _rig.Client.PostAsync("/v1/traces", content, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var error = type == "application/json" ? JsonParser.Default.Parse<Google.Rpc.Status>(System.Text.Encoding.UTF8.GetString(bytes)) : Google.Rpc.Status.Parser.ParseFrom(bytes);
        Assert.Equal(3, error.Code);
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public async Task A_small_body_of_very_many_spans_is_refused_before_they_are_made()
    {
        var answer = await PostAsync(Request([.. Enumerable.Range(0, 700_000).Select(static _ => new Span())]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Contains("usage.max_events", Google.Rpc.Status.Parser.ParseFrom(answer.Body).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_body_would_become_is_counted_as_it_becomes()
    {
        byte[] body = Request(Call("eee19b7ec3c1b174", ("gen_ai.usage.input_tokens", 5)), new Span()).ToByteArray();

        // A request, resource spans, a resource with an attribute and its value, scope spans, two spans, four attributes and their values.
        Assert.Equal(1 + 1 + 1 + 2 + 1 + 2 + 8, SpanCount.OfProtobuf(body, 1_000));
        Assert.InRange(SpanCount.OfProtobuf(body, 3), 4, 16);
        Assert.True(SpanCount.OfProtobuf("\u0012\u00ff\u00ff\u00ff\u00ff\u00ff"u8, 10) <= 10);
    }

    private const ulong Nanoseconds = 1_772_625_600_000_000_000;

    private static Span Call(string id, params (string Name, object Value)[] attributes)
    {
        var span = new Span { TraceId = Bytes(TraceId), SpanId = Bytes(id), Name = "chat gpt-4o-mini", StartTimeUnixNano = Nanoseconds, EndTimeUnixNano = Nanoseconds + 1_000_000_000 };
        foreach (var (name, value) in ((string, object)[])[("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4o-mini"), ("gen_ai.response.model", "gpt-4o-mini-2024-07-18"), .. attributes])
        {
            span.Attributes.Add(new KeyValue { Key = name, Value = value is string text ? new AnyValue { StringValue = text } : new AnyValue { IntValue = Convert.ToInt64(value, null) } });
        }

        return span;
    }

    private static Span Call5(string id, params (string Name, object Value)[] attributes) =>
        Call(id, [("gen_ai.request.model", "gpt-5"), ("gen_ai.response.model", "gpt-5"), .. attributes]);

    private static ExportTraceServiceRequest Request(params Span[] spans)
    {
        var resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "captioner" } } } };
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };
    }

    private static ByteString Bytes(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));

    private async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(ExportTraceServiceRequest request, bool isPacked = false)
    {
        byte[] bytes = request.ToByteArray();
        if (isPacked)
        {
            using var buffer = new MemoryStream();
            using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            {
                gzip.Write(bytes);
            }

            bytes = buffer.ToArray();
        }

        using var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        if (isPacked)
        {
            body.Headers.ContentEncoding.Add("gzip");
        }

        using var response = await _rig.Client.PostAsync("/v1/traces", body, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}

public sealed class SpansOnSqliteTests() : SpansTests(StoreKind.Sqlite);

public sealed class SpansOnPostgresTests() : SpansTests(StoreKind.Postgres);
