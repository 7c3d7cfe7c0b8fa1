using System.Globalization;
using System.Text;
using Farthing.Rendering.Manifests;

namespace Farthing.Tests.Rendering.Manifests;

public sealed class ManifestReaderTests
{
    private static Manifest Csv(string text, ManifestOptions? options = null) =>
        ManifestReader.Read(Encoding.UTF8.GetBytes(text), SampleFiles.Folder, ManifestFormat.Csv, options);

    private static Manifest Jsonl(string text) =>
        ManifestReader.Read(Encoding.UTF8.GetBytes(text), SampleFiles.Folder, ManifestFormat.Jsonl);

    private static RowError OnlyError(Manifest manifest) => Assert.Single(manifest.Errors);

    [Fact]
    public void The_sample_campaign_is_read_whole()
    {
        Manifest manifest = ManifestReader.ReadFile(Path.Combine(SampleFiles.Folder, "campaign.csv"));

        Assert.Empty(manifest.Warnings);
        Assert.Equal(24, manifest.Requests.Count());
        RenderRequest first = manifest.Rows[0].Request!;
        Assert.Equal("demo-001", first.Id);
        Assert.Equal("red mug on velvet cloth, a plain studio background, warm candlelight", first.Prompt);
        Assert.Equal(SampleFiles.Product("red-mug.png"), first.ProductPath);
        Assert.Equal(1000, first.Seed);
        Assert.Equal(["spring"], first.Tags);
        Assert.Null(first.Width);
        Assert.Null(first.NegativePrompt);
        Assert.Equal(2, first.Line);
        Assert.Equal(25, manifest.Rows[23].Request!.Line);
    }

    [Theory]
    [InlineData("calibration.jsonl", 512)]
    [InlineData("evaluation.jsonl", 200)]
    public void The_sample_prompts_are_read_whole(string file, int count)
    {
        Manifest manifest = ManifestReader.ReadFile(Path.Combine(SampleFiles.Folder, file));
        Assert.Equal(count, manifest.Requests.Count());
    }

    [Fact]
    public void Every_column_in_any_order_with_byte_order_mark_and_carriage_returns()
    {
        Manifest manifest = Csv(
            "\uFEFFTags,Negative Prompt,guidance,STEPS,height,width,seed,product,prompt,id\r\n"
            + "spring;social|2026 spring,\"blurred, \"\"soft\"\"\",4.5,25,136,64,9223372036854775807,products/red-mug.png,\"a mug,\r\non sand\",x-1\r\n");

        RenderRequest row = Assert.Single(manifest.Requests);
        Assert.Equal("x-1", row.Id);
        Assert.Equal("a mug,\r\non sand", row.Prompt);
        Assert.Equal("blurred, \"soft\"", row.NegativePrompt);
        Assert.Equal(4.5, row.Guidance);
        Assert.Equal(25, row.Steps);
        Assert.Equal(136, row.Height);
        Assert.Equal(64, row.Width);
        Assert.Equal(long.MaxValue, row.Seed);
        Assert.Equal(["spring", "social", "2026"], row.Tags);
    }

    [Fact]
    public void An_unknown_column_is_a_warning()
    {
        Manifest manifest = Csv("prompt,colour\na mug,red\n");
        Assert.Contains("'colour'", Assert.Single(manifest.Warnings), StringComparison.Ordinal);
        Assert.Single(manifest.Requests);
        Assert.Single(Jsonl("{\"prompt\":\"a\",\"colour\":1}\n{\"prompt\":\"b\",\"colour\":2}").Warnings);
    }

    [Fact]
    public void Rows_without_an_id_are_numbered_and_blank_lines_do_not_count()
    {
        Manifest manifest = Csv("prompt\n\na mug\n\n\na vase\n");
        Assert.Equal(["row-000001", "row-000002"], manifest.Requests.Select(row => row.Id));
        Assert.Equal([3, 6], manifest.Requests.Select(row => row.Line));
    }

    [Fact]
    public void Line_numbers_hold_after_a_prompt_of_several_lines()
    {
        Manifest manifest = Csv("prompt,steps\n\"a\nb\nc\",1\nd,2\n\n\"e\nf\",0\n");
        Assert.Equal([2, 5], manifest.Requests.Select(row => row.Line));
        Assert.Equal(7, OnlyError(manifest).Line);
    }

    [Fact]
    public void A_second_row_with_an_id_fails_and_the_first_stays()
    {
        Manifest manifest = Csv("id,prompt\na,one\nA,two\nb,three\n");
        Assert.Equal(["one", "three"], manifest.Requests.Select(row => row.Prompt));
        Assert.Equal(("A", "id", 3), (OnlyError(manifest).Id, OnlyError(manifest).Column, OnlyError(manifest).Line));
    }

    [Theory]
    [InlineData("width", "100", "96 or 104")]
    [InlineData("width", "63", "from 64 to 4096")]
    [InlineData("height", "4104", "from 64 to 4096")]
    [InlineData("height", "big", "'big'")]
    [InlineData("steps", "-3", "from 1 to 1000")]
    [InlineData("steps", "1001", "from 1 to 1000")]
    [InlineData("steps", "2.5", "whole number")]
    [InlineData("guidance", "NaN", "from 0 to 50")]
    [InlineData("guidance", "Infinity", "from 0 to 50")]
    [InlineData("guidance", "-1", "from 0 to 50")]
    [InlineData("guidance", "1e3", "from 0 to 50")]
    [InlineData("seed", "-1", "from 0 to 9223372036854775807")]
    [InlineData("seed", "9223372036854775808", "from 0 to 9223372036854775807")]
    [InlineData("product", "products/none.png", "no file 'products/none.png'")]
    [InlineData("product", "products", "no file 'products'")]
    [InlineData("id", "../x", "can't name a file")]
    [InlineData("id", ".x", "can't name a file")]
    [InlineData("prompt", "", "is empty")]
    [InlineData("prompt", "a\u0007b", "control characters")]
    public void A_bad_value_fails_its_row_and_no_other(string column, string value, string words)
    {
        string header = column == "prompt" ? "prompt,tags" : "prompt," + column;
        string row = column == "prompt" ? value + ",x" : "a mug," + value;
        Manifest manifest = Csv($"{header}\n{row}\ngood,\n");

        RowError error = OnlyError(manifest);
        Assert.Equal(column, error.Column);
        Assert.Equal(2, error.Line);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal("good", Assert.Single(manifest.Requests).Prompt);
    }

    [Fact]
    public void A_comma_outside_quotes_is_explained()
    {
        RowError error = OnlyError(Csv("id,prompt\na,red mug, on velvet\n"));
        Assert.Contains("between quotes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quote_that_is_not_closed_fails_its_row()
    {
        Manifest manifest = Csv("id,prompt\na,good\nb,\"red mug\nc,blue mug\n");
        Assert.Equal("a", Assert.Single(manifest.Requests).Id);
        Assert.Equal(3, OnlyError(manifest).Line);
        Assert.Contains("not closed", OnlyError(manifest).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_but_legal_text_is_kept()
    {
        string words = string.Join(' ', Enumerable.Range(0, 4000).Select(i => "word" + i.ToString(CultureInfo.InvariantCulture)));
        Manifest manifest = Csv($"id,prompt\n杯子-1,红色的杯子放在天鹅绒上 🟥☕👩‍🔬\nlong,{words}\n");
        Assert.Equal("红色的杯子放在天鹅绒上 🟥☕👩‍🔬", manifest.Rows[0].Request!.Prompt);
        Assert.Equal(words, manifest.Rows[1].Request!.Prompt);
    }

    [Fact]
    public void A_prompt_at_the_limit_passes_and_one_above_fails()
    {
        Manifest manifest = Csv($"prompt\n{new string('a', 100_000)}\n{new string('a', 100_001)}\n");
        Assert.True(manifest.Rows[0].IsValid);
        Assert.Contains("100,001", OnlyError(manifest).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_fail_their_row()
    {
        byte[] bytes = [.. "prompt\ngood\ncaf"u8, 0xE9, .. "\n"u8];
        RowError error = OnlyError(ManifestReader.Read(bytes, SampleFiles.Folder));
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.Line);
    }

    [Fact]
    public void Jsonl_values_have_their_types()
    {
        Manifest manifest = Jsonl("""
            {"id": 7, "prompt": "a mug", "seed": "5", "width": 128, "guidance": 4, "negative_prompt": "", "tags": ["a", "b"], "steps": null}

            {"prompt": "a \u6b63 mug", "negative_prompt": null}
            """);
        RenderRequest first = manifest.Rows[0].Request!;
        Assert.Equal("7", first.Id);
        Assert.Equal((5, 128, 4.0), (first.Seed, first.Width, first.Guidance));
        Assert.Equal("", first.NegativePrompt);
        Assert.Equal(["a", "b"], first.Tags);
        Assert.Null(first.Steps);
        Assert.Null(manifest.Rows[1].Request!.NegativePrompt);
        Assert.Equal(("row-000002", 3), (manifest.Rows[1].Request!.Id, manifest.Rows[1].Request!.Line));
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\"", "no valid JSON")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("{\"prompt\": 5}", "a text between quotes")]
    [InlineData("{\"prompt\": \"a\", \"prompt\": \"b\"}", "no valid JSON")]
    [InlineData("{\"prompt\": \"\\ud800\"}", "no valid JSON")]
    [InlineData("{\"prompt\": \"a\", \"width\": true}", "true or false")]
    [InlineData("{\"prompt\": \"a\", \"tags\": [1]}", "a list of texts")]
    [InlineData("{\"seed\": 1}", "is empty")]
    [InlineData("{\"prompt\": \"a\", \"product\": \"a\\u0000b\"}", "control characters")]
    public void A_bad_line_of_json_fails_alone(string line, string words)
    {
        Manifest manifest = Jsonl("{\"prompt\": \"good\"}\n" + line + "\n{\"prompt\": \"good too\"}");
        Assert.Equal(2, manifest.Requests.Count());
        Assert.Equal(2, OnlyError(manifest).Line);
        Assert.Contains(words, OnlyError(manifest).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\uFEFF \r\n\n", "is empty")]
    [InlineData("id,seed\n1,2\n", "no column 'prompt'")]
    [InlineData("id;prompt\n1;mug\n", "commas")]
    [InlineData("prompt\n", "no rows")]
    [InlineData("prompt,Prompt\na,b\n", "stands twice")]
    [InlineData("\0\u0001\u0002", "no text")]
    [InlineData("PK\u0003\u0004rest", "spreadsheet")]
    public void A_file_that_is_wrong_as_a_whole_is_one_clear_error(string text, string words)
    {
        var error = Assert.Throws<ManifestException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(text), SampleFiles.Folder));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_a_folder_and_UTF16_are_clear_errors()
    {
        Assert.Contains("no manifest", Assert.Throws<ManifestException>(() => ManifestReader.ReadFile("/nowhere/x.csv")).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<ManifestException>(() => ManifestReader.ReadFile(SampleFiles.Folder)).Message, StringComparison.Ordinal);
        byte[] utf16 = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("prompt\na\n")];
        Assert.Contains("UTF-16", Assert.Throws<ManifestException>(() => ManifestReader.Read(utf16, "/")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_on_rows_and_bytes_hold()
    {
        Assert.Equal(2, Csv("prompt\na\nb\n", new ManifestOptions { MaxRows = 2 }).Rows.Count);
        Assert.Throws<ManifestException>(() => Csv("prompt\na\nb\nc\n", new ManifestOptions { MaxRows = 2 }));
        Assert.Throws<ManifestException>(() => Csv("prompt\nabcdef\n", new ManifestOptions { MaxFileBytes = 8 }));
    }
}
