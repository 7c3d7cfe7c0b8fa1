using System.Text;
using System.Text.Json;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Rendering.Captions;
using Farthing.Serving.Template;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Template;

/// <summary>The template captioner at the end of a chain.</summary>
public sealed class TemplateProviderTests
{
    private const string Chain =
        """
        providers:
          openai: {base_url: FIRST, keys: [{value: env.PRIMARY}]}
          farthing:
        fallbacks:
          - [openai/gpt-4o-mini, farthing/template]
        resilience: {retries: 0, retry_delay_seconds: 0, attempt_seconds: 20, total_seconds: 60, stream_idle_seconds: 20, breaker_minimum: 1000}
        server: {listen: "127.0.0.1:0"}
        """;

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"a red ceramic mug"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"a red ceramic mug"}]}""")]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","input":"a red ceramic mug"}""")]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","stream":true,"input":[{"role":"user","content":[{"type":"input_text","text":"a red ceramic mug"}]}]}""")]
    public async Task It_answers_when_nobody_else_does_and_costs_nothing_by_its_price(string path, string body)
    {
        await using var rig = await StartAsync(Chain);
        rig.First.Usual = Json(500, "{}");

        using var response = await rig.PostAsync(path, body);

        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Contains("mug", text, StringComparison.Ordinal);
        Assert.Equal("farthing", Assert.Single(response.Headers.GetValues("x-farthing-provider")));
        var booked = await rig.BooksAsync();
        Assert.Equal(["failed", "answered"], booked.Select(static attempt => attempt.Outcome));
        var last = booked[^1];
        Assert.Equal(("farthing", "template", "none", 0L), (last.Provider, last.Model, last.Key, last.Estimated));
        Assert.True(last.Input > 0 && last.Output > 0);
        Assert.Equal(0, rig.Amount());
        Assert.All(rig.Charges(), static charge => Assert.Equal(("llm/farthing/template", 1L), (charge.Resource, charge.Priced)));
        Assert.Equal(["input-tokens", "output-tokens"], rig.Charges().Select(static charge => charge.Meter));
    }

    [Fact]
    public async Task A_client_of_anthropic_is_answered_in_its_own_shape()
    {
        await using var rig = await StartAsync(Chain);

        using var response = await rig.PostAsync(
            "/v1/messages", """{"model":"farthing/template","max_tokens":100,"messages":[{"role":"user","content":[{"type":"text","text":"a red ceramic mug"}]}]}""");

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("message", answer.RootElement.GetProperty("type").GetString());
        Assert.Contains("mug", answer.RootElement.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("0", Assert.Single(response.Headers.GetValues("x-farthing-cost-usd")).TrimEnd('0', '.').PadLeft(1, '0'));
    }

    [Fact]
    public void An_answer_is_cut_at_a_blank_to_the_longest_that_has_few_enough_tokens()
    {
        Caption caption = new TemplateCaptioner().Caption("a red ceramic mug with a bamboo lid on unvarnished Größe-40 planks");
        for (int most = 1; most < 200; most++)
        {
            string text = caption.Full;
            while (Tokens(text) > most)
            {
                text = text[..Math.Max(0, text.LastIndexOf(' '))];
            }

            TemplateAnswer answer = TemplateAnswer.Of(Request(most), caption);
            Assert.Equal((text, text.Length < caption.Full.Length, Tokens(text)), (answer.Text, answer.IsCutShort, answer.Output));
        }
    }

    [Fact]
    public void A_long_text_is_cut_in_one_pass()
    {
        // Word by word this would be half a million passes over megabytes.
        string text = string.Concat(Enumerable.Repeat("mug and ", 250_000));

        TemplateAnswer answer = TemplateAnswer.Of(Request(7), new Caption(text, "", default!));

        Assert.Equal(("mug and mug and mug and", 7L), (answer.Text, answer.Output));
    }

    [Fact]
    public async Task A_long_prompt_is_counted_whole_and_captioned_by_its_beginning()
    {
        await using var rig = await StartAsync(Chain);
        string prompt = "a red ceramic mug " + string.Concat(Enumerable.Repeat("and more of it ", 5_000)) + "whatever comes last";

        using var response = await rig.PostAsync("/v1/chat/completions", $"{{\"model\":\"farthing/template\",\"messages\":[{{\"role\":\"user\",\"content\":\"{prompt}\"}}]}}");
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Contains("mug", text, StringComparison.Ordinal);
        Assert.DoesNotContain("comes last", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1, 30_000);
        Assert.InRange(Assert.Single(await rig.BooksAsync()).Input, 20_000, 30_000);
    }

    [Theory]
    [InlineData(100, 200)]
    [InlineData(101, 400)]
    public async Task A_schema_has_so_many_fields_at_most(int fields, int status)
    {
        await using var rig = await StartAsync(Chain);
        string properties = string.Join(',', Enumerable.Range(0, fields).Select(static i => $"\"f{i}\":{{\"type\":\"string\"}}"));

        using var response = await rig.PostAsync(
            "/v1/chat/completions", Chat("farthing/template", $",\"response_format\":{{\"type\":\"json_schema\",\"json_schema\":{{\"schema\":{{\"properties\":{{{properties}}}}}}}}}"));

        Assert.Equal(status, (int)response.StatusCode);
    }

    private static TemplateRequest Request(long most) => new(WireShape.Chat, "template", "a mug", false, false, false, [], most, 1);

    private static long Tokens(string text) => TokenEstimate.OfText(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task A_farthing_renderer_gets_the_json_that_it_asks_for()
    {
        await using var rig = await StartAsync(Chain);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("farthing/template", ",\"response_format\":{\"type\":\"json_object\"}"));

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var caption = JsonDocument.Parse(answer.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
        Assert.Contains("mug", caption.RootElement.GetProperty("full").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("mug", caption.RootElement.GetProperty("scene").GetString(), StringComparison.Ordinal);
    }
}
