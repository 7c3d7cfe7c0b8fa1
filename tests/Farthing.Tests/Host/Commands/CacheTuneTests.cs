using System.Text.Json;
using System.Xml.Linq;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Host.Commands;

public sealed class CacheTuneTests : IDisposable
{
    private const string Two =
        """
        {"id": "p1", "a": "Write a caption for a red mug", "b": "Please write a caption for a red mug.", "same": true, "kind": "filler"}
        {"id": "p2", "a": "red mug on a white table", "b": "white mug on a red table", "same": false, "kind": "roles"}
        """;

    private readonly HostRig _rig = new();

    public CacheTuneTests() => _rig.Set("FARTHING_HOME", Golden.RepositoryRoot);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Pairs_are_swept_printed_and_drawn()
    {
        string pairs = _rig.Write("pairs.jsonl", Two);
        string plot = Path.Combine(_rig.Folder, "plot.svg");

        int status = await _rig.RunAsync("cache", "tune", pairs, "--plot", plot, "--from", "0.5");

        Assert.True(status == ExitCodes.Done, _rig.Notes.Output);
        Assert.Contains("Recommended with the guard: ", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("different, roles", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("$0.000135", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal("svg", XDocument.Load(plot).Root!.Name.LocalName);
    }

    [Fact]
    public async Task Json_is_alone_on_the_result_and_bad_lines_are_named()
    {
        string pairs = _rig.Write("pairs.jsonl", Two + "\n{\"a\": 1}\n");

        int status = await _rig.RunAsync("cache", "tune", pairs, "--json", "--price-per-request", "0.002");

        Assert.Equal(ExitCodes.Partial, status);
        using JsonDocument json = JsonDocument.Parse(_rig.Result.Output);
        Assert.Equal(10, json.RootElement.GetProperty("sweep").GetArrayLength());
        Assert.Equal(0, json.RootElement.GetProperty("recommended").GetProperty("false_hit_rate").GetDouble());
        Assert.Equal("0.002000000000", json.RootElement.GetProperty("sweep")[0].GetProperty("saved_usd").GetString());
        Assert.Contains("line 3", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pairs.jsonl", ExitCodes.Usage, "would be lost")]
    [InlineData("link.svg", ExitCodes.Usage, "would be lost")]
    [InlineData("none/plot.svg", ExitCodes.Output, "its folder is not there")]
    [InlineData("folder", ExitCodes.Output, "it is a folder")]
    public async Task A_plot_that_can_t_be_written_is_known_before_anything_is_embedded(string plot, int expected, string sentence)
    {
        string pairs = _rig.Write("pairs.jsonl", Two);
        Directory.CreateDirectory(Path.Combine(_rig.Folder, "folder"));
        File.CreateSymbolicLink(Path.Combine(_rig.Folder, "link.svg"), pairs);
        _rig.Set("FARTHING_HOME", _rig.Folder);

        int status = await _rig.RunAsync("cache", "tune", pairs, "--plot", Path.Combine(_rig.Folder, plot));

        Assert.Equal(expected, status);
        Assert.Contains(sentence, _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Equal(Two, await File.ReadAllTextAsync(pairs, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_text_that_is_not_UTF_8_is_refused_with_its_line_since_two_of_its_letters_would_be_one()
    {
        string pairs = Path.Combine(_rig.Folder, "pairs.jsonl");
        await File.WriteAllBytesAsync(pairs, System.Text.Encoding.Latin1.GetBytes(Two + "\n{\"a\": \"café mug\", \"b\": \"cafè mug\", \"same\": false, \"kind\": \"x\"}"), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("cache", "tune", pairs));
        Assert.Contains("line 3: it is not UTF-8", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_threshold_is_good_enough_none_is_recommended_and_a_kind_is_one_line()
    {
        string pairs = _rig.Write("pairs.jsonl", """{"a": "red mug", "b": "red mug", "same": false, "kind": "x\u001b[2J\nyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}""");

        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("cache", "tune", pairs));
        Assert.DoesNotContain("Recommended", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("Fewest false hits with the guard", _rig.Result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _rig.Result.Output);
        Assert.Contains("different, x", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("y…", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", ExitCodes.Manifest, "has no pair")]
    [InlineData("\n\n", ExitCodes.Manifest, "has no pair")]
    [InlineData("nonsense", ExitCodes.Manifest, "is not JSON")]
    public async Task A_file_without_pairs_is_a_sentence(string text, int expected, string sentence)
    {
        int status = await _rig.RunAsync("cache", "tune", _rig.Write("pairs.jsonl", text));

        Assert.Equal(expected, status);
        Assert.Contains(sentence, _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Empty(_rig.Result.Output);
    }

    [Fact]
    public async Task Only_same_pairs_give_a_warning()
    {
        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("cache", "tune", _rig.Write("pairs.jsonl", Two.Split('\n')[0])));
        Assert.Contains("All pairs are the same", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_are_all_told()
    {
        string pairs = _rig.Write("pairs.jsonl", Two);

        int status = await _rig.RunAsync("cache", "tune", pairs, "--from", "NaN", "--step", "0", "--max-false", "2", "--price-per-request", "-1");

        Assert.Equal(ExitCodes.Usage, status);
        foreach (string option in (string[])["--from 'NaN'", "--step '0'", "--max-false '2'", "--price-per-request '-1'"])
        {
            Assert.Contains(option, _rig.Notes.Output, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("cache", "tune", pairs, "--from", "0.99", "--to", "0.9"));
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("cache", "tune", pairs, "--resource", "llm/nobody"));
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("cache", "tune", pairs, "--lists", _rig.Write("lists.yaml", "nonsense: [1]")));
        Assert.Equal(ExitCodes.Model, await _rig.RunAsync("cache", "tune", pairs, "--model", _rig.Folder));
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("cache", "tune", Path.Combine(_rig.Folder, "none.jsonl")));
    }

    [Fact]
    public async Task Task_words_are_proposed_from_requests()
    {
        string requests = _rig.Write("requests.txt", string.Join('\n', Enumerable.Range(0, 250).Select(static at => $"Frobnicate this: mug number {at}")));

        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("cache", "learn", requests));
        Assert.Contains("- frobnicate # in 100.0%", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("cache", "learn", _rig.Write("few.txt", "one\n")));
    }
}
