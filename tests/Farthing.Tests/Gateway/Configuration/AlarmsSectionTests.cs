using Farthing.Gateway.Alarms;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Tests.Gateway.Configuration;

public sealed class AlarmsSectionTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void Everything_is_read_and_what_is_left_out_has_its_default()
    {
        AlarmOptions all = Read(
            """
            alarms:
              check_seconds: 30
              repeat_seconds: 0
              webhook: {url: "https://alarms.example.com/x?token=t", secret: env.HOOK, allow_link_local: true, timeout_seconds: 5, attempts: 3, first_retry_seconds: 1, longest_retry_seconds: 60}
              rules:
                - {name: dear, kind: cost-per-render, over: "0.0031", currency: eur, days: 7, min_renders: 100, basis: marginal, run: r, tag: t, precision: int8}
                - {name: waste, kind: waste, over_percent: 2.5, days: 7, run: r, tag: t}
                - {name: unpriced, kind: unpriced, over_charges: 3, days: 5, resource: "llm/openai/*", meter: puts, tag: t}
                - {name: drift, kind: drift, over_percent: 0.5, hours: 2}
                - {name: mine, kind: cost-per-render, over: 1, tenant: acme, model: openai/gpt-4o-mini, stage: caption}
                - {name: waste2, kind: waste, over_percent: 1, tenant: acme}
                - {name: unpriced2, kind: unpriced, tenant: acme, stage: llm_call}
                - {name: one, kind: budget, budget: b, over_percent: 80}
                - {name: every, kind: budget, over_percent: 80}
            """)!;

        Assert.Equal((30, 0), (all.Check.TotalSeconds, all.Repeat.TotalSeconds));
        Assert.Equal((true, 5, 3, 1, 60, Secret), (all.Webhook!.AllowLinkLocal, all.Webhook.Timeout.TotalSeconds, all.Webhook.Attempts, all.Webhook.FirstRetry.TotalSeconds, all.Webhook.LongestRetry.TotalSeconds, all.Webhook.Secret!.Reveal()));
        Assert.Equal(new CostPerRenderRule("dear", new CurrencyAmount(3_100_000_000, Currency.Eur)) { Days = 7, MinRenders = 100, Basis = CostBasis.Marginal, Run = "r", Tag = "t", Precision = "int8" }, all.Rules[0]);
        Assert.Equal(new WasteRule("waste", new Share(25_000)) { Days = 7, Run = "r", Tag = "t" }, all.Rules[1]);
        Assert.Equal(new UnpricedRule("unpriced") { OverCharges = 3, Days = 5, Resource = "llm/openai/*", Meter = "puts", Tag = "t" }, all.Rules[2]);
        Assert.Equal(new DriftRule("drift", new Share(5_000)) { Hours = 2 }, all.Rules[3]);
        Assert.Equal(new CostPerRenderRule("mine", new CurrencyAmount(1_000_000_000_000, Currency.Usd)) { Tenant = "acme", Model = "openai/gpt-4o-mini", Stage = Stage.Caption }, all.Rules[4]);
        Assert.Equal(new WasteRule("waste2", new Share(10_000)) { Tenant = "acme" }, all.Rules[5]);
        Assert.Equal(new UnpricedRule("unpriced2") { Tenant = "acme", Stage = Stage.LlmCall }, all.Rules[6]);
        Assert.Equal(["b"], Assert.IsType<BudgetRule>(all.Rules[7]).Budgets.Select(static budget => budget.Name));
        Assert.Equal(["b", "c"], Assert.IsType<BudgetRule>(all.Rules[8]).Budgets.Select(static budget => budget.Name));

        AlarmOptions few = Read("alarms: {webhook: {url: \"http://127.0.0.1:9/\", secret: env.HOOK}, rules: [{name: d, kind: drift}, {name: u, kind: unpriced}]}")!;
        Assert.Equal((60, 14_400), (few.Check.TotalSeconds, few.Repeat.TotalSeconds));
        Assert.Equal((false, 10, 16, 5, 3_600), (few.Webhook!.AllowLinkLocal, few.Webhook.Timeout.TotalSeconds, few.Webhook.Attempts, few.Webhook.FirstRetry.TotalSeconds, few.Webhook.LongestRetry.TotalSeconds));
        Assert.Equal(new DriftRule("d", new Share(10_000)) { Hours = 24 }, few.Rules[0]);
        Assert.Equal(new UnpricedRule("u") { Days = 31 }, few.Rules[1]);
        Assert.Null(Read("alarms:"));
    }

    [Fact]
    public void An_alarm_is_about_a_tag_or_a_tenant_and_about_a_model_or_a_precision()
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(
            """
            alarms:
              rules:
                - {name: a, kind: waste, over_percent: 1, tag: t, tenant: acme}
                - {name: b, kind: cost-per-render, over: 1, model: m, precision: int8}
                - {name: c, kind: unpriced, tenant: "a,b"}
                - {name: d, kind: unpriced, stage: dishes}
            """));
        Assert.Equal(
            [
                "an alarm is about a 'tag' or a 'tenant': leave one out.", "an alarm is about a 'model' or a 'precision': leave one out.",
                "'a,b' is no tenant: write a name without commas, semicolons and vertical bars.",
                "'stage' in an alarm is 'dishes': write caption, text_encoders, unet, vae, finish, llm_call, warm_up, idle, lost, rounding.",
            ],
            error.Message.Split('\n').Where(static line => line.Contains("line ", StringComparison.Ordinal)).Select(static line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void Every_error_is_told_at_once_with_its_line_and_no_secret()
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(
            """
            alarms:
              check_seconds: 1
              repeat_seconds: 30
              webhook:
                url: http://alarms.example.com/my-token
                secret: whsec_too-short
                attempts: 51
                first_retry_seconds: 100
                longest_retry_seconds: 10
                redirects: true
              rules:
                - {name: a b, kind: waste, over_percent: 5}
                - {name: x, kind: waste}
                - {name: x1, kind: waste, over_percent: -1}
                - {name: x2, kind: waste, over_percent: 0.00001}
                - {name: x3, kind: cost-per-render, over: much, currency: GBP, basis: full, days: 0}
                - {name: x4, kind: smell}
                - {name: x5, kind: budget, budget: nobody, over_percent: 5}
                - {name: x6, kind: drift, days: 5}
                - {name: x7, kind: unpriced}
                - {name: x7, kind: unpriced}
                - plain
            """));

        Assert.Equal(
            """
            line 10: 'check_seconds' in alarms must be a number from 5 to 86400, such as 60.
            line 11: 'repeat_seconds' in alarms must be 0, for never, or from 60 to 2592000.
            line 13: alarms would go to 'alarms.example.com' unencrypted: write https, or allow_http: true if the network is yours.
            line 14: the value holds no secret of a webhook: it is whsec_ and 24 to 64 bytes in base64; `farthing alarms secret` makes one.
            line 15: 'attempts' in webhook must be a whole number from 1 to 50.
            line 16: 'first_retry_seconds' in webhook is longer than 'longest_retry_seconds': swap them.
            line 18: unknown key 'redirects' in webhook; it has url, allow_http, secret, allow_link_local, timeout_seconds, attempts, first_retry_seconds, longest_retry_seconds.
            line 20: 'a b' is no name of an alarm: write 1 to 60 ASCII letters, digits, '-', '_' and '.'.
            line 21: 'over_percent' is missing from an alarm: write a number such as 5.
            line 22: 'over_percent' in an alarm is '-1': write a number from 0 to 1000000 with up to four places, such as 5 or 0.5.
            line 23: 'over_percent' in an alarm is '0.00001': write a number from 0 to 1000000 with up to four places, such as 5 or 0.5.
            line 24: 'currency' in an alarm is 'GBP': write USD or EUR.
            line 24: 'over' in an alarm is 'much': write a decimal with up to 12 places, such as "0.0031".
            line 24: 'days' in an alarm must be a whole number from 1 to 366.
            line 24: 'basis' in an alarm is 'full': write loaded or marginal.
            line 25: 'smell' is no kind of alarm: write cost-per-render, waste, unpriced, drift or budget.
            line 26: the alarm names the budget 'nobody', which 'budgets' does not have.
            line 27: unknown key 'days' in an alarm; it has name, kind, over_percent, hours.
            line 29: there is an alarm 'x7' already: give each its own name.
            line 30: an alarm must be written as keys and values, such as {name: unpriced, kind: unpriced}.
            """,
            string.Join('\n', error.Errors));
        Assert.DoesNotContain("my-token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("too-short", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alarms: {}", "'rules' is missing from alarms")]
    [InlineData("alarms: {rules: []}", "'rules' is missing from alarms")]
    [InlineData("alarms: {rules: [{kind: unpriced}]}", "'name' is missing from an alarm")]
    [InlineData("alarms: {rules: [{name: u}]}", "'kind' is missing from an alarm")]
    [InlineData("alarms: {rules: [{name: u, kind: unpriced}], webhook: {secret: env.HOOK}}", "'url' is missing from webhook")]
    [InlineData("alarms: {rules: [{name: u, kind: unpriced}], webhook: {url: \"https://a/\"}}", "'secret' is missing from webhook")]
    [InlineData("alarms: {rules: [{name: u, kind: unpriced}], webhook: {url: \"https://a/\", secret: env.NONE}}", "the environment variable 'NONE' is not set")]
    [InlineData("alarms: {rules: [{name: u, kind: unpriced}], webhook: {url: \"https://a/\", secret: env.BAD}}", "the environment variable 'BAD' holds no secret")]
    [InlineData("alarms: {rules: [{name: u, kind: unpriced}], webhook: {url: \"ftp://a/\", secret: env.HOOK}}", "'url' in webhook is no address")]
    [InlineData("alarms: {rules: [{name: u, kind: unpriced}], webhook: {url: \"https://me:pass@a/\", secret: env.HOOK}}", "'url' in webhook is no address")]
    [InlineData("alarms: {rules: [{name: c, kind: cost-per-render, over: \"-1\"}]}", "'over' in an alarm must be from 0 to 1000000")]
    public void What_is_missing_or_wrong_is_said(string yaml, string said)
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(yaml));
        Assert.Contains(said, Assert.Single(error.Errors).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_in_the_file_is_taken_with_a_warning_and_never_printed()
    {
        GatewayConfiguration configuration = Parse($"alarms: {{rules: [{{name: u, kind: unpriced}}], webhook: {{url: \"https://a/\", secret: {Secret}}}}}");

        Assert.Contains("the webhook's secret stands in the file itself", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, configuration.ToString(), StringComparison.Ordinal);
    }

    private static AlarmOptions? Read(string alarms) => Parse(alarms).Alarms;

    private static GatewayConfiguration Parse(string alarms) => GatewayConfiguration.Parse(
        $$"""
        providers:
          ollama:
        client_keys: []
        budgets:
          - {name: b, scope: all, limit_usd: 1, period: day}
          - {name: c, scope: all, limit_usd: 1, period: day}

        # line 8 ends the head
        {{alarms}}
        """,
        "gateway.yaml",
        static name => name switch { "HOOK" => Secret, "BAD" => "whsec_!!", _ => null });
}
