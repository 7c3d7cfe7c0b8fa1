using System.Text;
using Farthing.Configuration;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.Host.Configuration;

public sealed class FarthingConfigurationTests
{
    private const string Shorthand =
        """
        precision:
          rules:
            - when: {min_pixels: 4194304}
              use: fp16/fp32
            - {tags: fashion-hero, use: full precision}
            - else: int8
        """;

    [Theory]
    [InlineData(4_194_304, "fashion-hero", "fp16, fp32")]
    [InlineData(4_194_303, "fashion-hero,spring", "full")]
    [InlineData(4_194_303, "spring", "int8")]
    public void The_sample_and_the_shorthand_say_the_same(long pixels, string tags, string use)
    {
        foreach (var configuration in new[] { Sample(), Read(Shorthand) })
        {
            var rule = configuration.Rules.First(rule => rule.Fits(pixels, TagSet.Parse(tags)));
            Assert.Equal(use, string.Join(", ", rule.Use));
            Assert.Empty(configuration.Warnings);
        }
    }

    [Fact]
    public void Models_and_keys_are_read()
    {
        var configuration = Read("models: {int8: q/demo-int8, fp16: /m/half}\nacceptance: {trusted_keys: [abc, def]}");

        Assert.Equal("/conf/q/demo-int8", configuration.Models[ModelPrecision.Int8]);
        Assert.Equal("/m/half", configuration.Models[ModelPrecision.Fp16]);
        Assert.Equal(["abc", "def"], configuration.TrustedKeys);
    }

    [Fact]
    public void Alarms_are_read_with_their_lines_and_a_render_needs_no_secret_of_them()
    {
        const string Yaml = "models: {}\nalarms: {webhook: {url: \"https://a/\", secret: env.NONE}, rules: [{name: u, kind: unpriced}]}";

        Assert.Equal("u", Assert.Single(Read(Yaml).Alarms!.Rules).Name);
        Assert.Null(Read(Yaml).Alarms!.Webhook!.Secret);
        var error = Assert.Throws<ConfigurationException>(() => Read("alarms:\n  rules:\n    - {name: b, kind: budget, over_percent: 5}\n    - {name: w, kind: waste}\nmodel: {}"));
        Assert.Equal([3L, 4L, 5L], error.Errors.Select(static each => each.Line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment")]
    [InlineData("precision:")]
    [InlineData("precision: {rules: }")]
    public void What_is_empty_says_nothing(string yaml) => Assert.Empty(Read(yaml).Rules);

    [Fact]
    public void Every_error_is_told_at_once_with_its_line()
    {
        var error = Assert.Throws<ConfigurationException>(() => Read(
            """
            precison: {}
            precision:
              rule: []
              rules:
                - use: int4
                - {when: {min_pixels: many, tag: x}, use: fp16}
                - {when: {tags: []}, use: full}
                - {when: [], use: full}
                - just text
                - {when: {min_pixels: 0}}
                - {else: int8, use: fp32}
                - {when: {tags: [a]}, tags: [b], use: full}
                - {when: {tags: [{a: b}]}, use: []}
            models: {int4: x, int8: }
            acceptance: {trusted_keys: {a: b}, key: 1}
            """));

        Assert.Equal(
            [1, 3, 5, 6, 6, 7, 8, 9, 10, 10, 11, 12, 13, 13, 14, 14, 15, 15],
            error.Errors.Select(each => (int)each.Line));
        Assert.Contains("line 1: unknown key 'precison' in the configuration; it has precision,", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 5: the precision 'int4' is unknown: write one of full, fp32, fp16, int8, int8-weights.", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 6: 'min_pixels' in when must be a whole number from 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [\n", 2)]
    [InlineData("precision: {}\nprecision: {}", 2)]
    [InlineData("- a list", 1)]
    [InlineData("precision: &a {}\nmodels: *a", 2)]
    [InlineData("a: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]", 1)]
    public void What_is_no_configuration_is_refused_with_its_line(string yaml, int line) =>
        Assert.Equal(line, Assert.Single(Assert.Throws<ConfigurationException>(() => Read(yaml)).Errors).Line);

    [Fact]
    public void A_rule_that_is_never_reached_is_a_warning_with_its_line()
    {
        var configuration = Read(
            """
            precision:
              rules:
                - {when: {tags: [a, b]}, use: full}
                - {when: {tags: [b], min_pixels: 5}, use: fp16}
                - use: int8
                - use: fp32
            """);

        Assert.Equal(4, configuration.Rules.Count);
        Assert.Collection(
            configuration.Warnings,
            warning => Assert.StartsWith("farthing.yaml, line 4: the rule 'min_pixels 5 and tags b → fp16' is never reached", warning, StringComparison.Ordinal),
            warning => Assert.StartsWith("farthing.yaml, line 6: the rule 'always → fp32' is never reached", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void No_mutation_crashes_the_reader()
    {
        byte[] original = Encoding.UTF8.GetBytes(Shorthand + "\nmodels: {int8: a}\nacceptance: {trusted_keys: [k]}\n");
        int good = 0, bad = 0;
        for (int i = 0; i < 2_000; i++)
        {
            try
            {
                Read(Encoding.UTF8.GetString(Mutation.Of(original, new Random(i))));
                good++;
            }
            catch (ConfigurationException)
            {
                bad++;
            }
        }

        Assert.True(good > 20 && bad > 200, $"{good} good, {bad} bad");
    }

    private static FarthingConfiguration Read(string yaml) => FarthingConfiguration.Parse(yaml, "farthing.yaml", "/conf");

    private static FarthingConfiguration Sample() => FarthingConfiguration.Load(Path.Combine(SampleFiles.Folder, "farthing.yaml"));
}
