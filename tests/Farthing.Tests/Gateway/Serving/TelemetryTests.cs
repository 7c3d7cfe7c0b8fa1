using System.Collections.Concurrent;
using System.Diagnostics;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Serving.Telemetry;
using OpenTelemetry.Trace;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class TelemetryTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Spans_of_a_call_and_its_attempts_are_under_the_clients_trace_and_hold_no_prompt()
    {
        ConcurrentQueue<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == AttemptTelemetry.Spans.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Then(FakeProvider.Json(500, "{}"));

        (await rig.PostAsync("/v1/chat/completions", Chat(), ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"))).Dispose();
        while (spans.Count(static span => span.TraceId.ToString() == Trace) < 3)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Activity[] ours = [.. spans.Where(static span => span.TraceId.ToString() == Trace)];
        Activity call = Assert.Single(ours, static span => span.Kind == ActivityKind.Server);
        Activity[] attempts = [.. ours.Where(static span => span.Kind == ActivityKind.Client).OrderBy(static span => span.GetTagItem("farthing.attempt"))];
        Assert.Equal(("POST /v1/chat/completions", 200), (call.DisplayName, call.GetTagItem("http.response.status_code")));
        Assert.Equal(["chat gpt-4o-mini", "chat gpt-4.1-nano"], attempts.Select(static span => span.DisplayName));
        Assert.All(attempts, span => Assert.Equal(call.SpanId, span.ParentSpanId));
        Assert.Equal(("server_error", ActivityStatusCode.Error), (attempts[0].GetTagItem("error.type"), attempts[0].Status));
        Assert.Equal(("openai", 20L, 7L), (attempts[1].GetTagItem("gen_ai.provider.name"), attempts[1].GetTagItem("gen_ai.usage.input_tokens"), attempts[1].GetTagItem("gen_ai.usage.output_tokens")));
        string all = string.Join('\n', ours.SelectMany(static span => span.TagObjects).Select(static tag => $"{tag.Key}={tag.Value}"));
        Assert.DoesNotContain("red mug", all, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-test", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traces_are_sent_to_the_collector_by_otlp()
    {
        await using var collector = await FakeProvider.StartAsync();
        await using var rig = await GatewayRig.StartAsync();
        using (TracerProvider? traces = TraceExport.Start(new TelemetryOptions { Otlp = new Uri(collector.Url[..^3]) }))
        {
            (await rig.PostAsync("/v1/chat/completions", Chat("openai/a-model-of-this-test"))).Dispose();
            while (!rig.Log.Contains("a-model-of-this-test", StringComparison.Ordinal))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            traces!.ForceFlush();
        }

        Assert.Contains(collector.Requests, static request => request.Path == "/v1/traces" && request.Body.Contains("a-model-of-this-test", StringComparison.Ordinal));
        Assert.Null(TraceExport.Start(new TelemetryOptions()));
    }

    [Fact]
    public async Task A_streams_cost_is_a_comment_at_its_end_for_clients_that_ask_for_it()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = FakeProvider.Events(
            cut: false,
            "data: {\"choices\":[{\"delta\":{\"content\":\"A\"}}]}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":10}}\n\n",
            "data: [DONE]\n\n");

        using var told = await rig.PostAsync("/v1/chat/completions", Chat(more: ",\"stream\":true"), ("x-farthing-stream-cost", "true"));
        using var plain = await rig.PostAsync("/v1/chat/completions", Chat(more: ",\"stream\":true"));

        Assert.EndsWith("data: [DONE]\n\n: x-farthing-cost-usd 0.000009000000\n\n", await told.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
