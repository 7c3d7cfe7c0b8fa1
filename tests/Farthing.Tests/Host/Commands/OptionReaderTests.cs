namespace Farthing.Tests.Host.Commands;

public sealed class OptionReaderTests : IDisposable
{
    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("--from", "cache", "tune", "x", "--from", "0.9", "--from", "0.8")]
    [InlineData("--from", "cache", "tune", "x", "--from", "0.7", "--to", "0.7", "--from", "0.8")]
    [InlineData("--plot", "cache", "tune", "x", "--plot", "a", "--plot", "b")]
    [InlineData("--input-tokens", "cache", "tune", "x", "--input-tokens", "1", "--input-tokens", "2", "--price-per-request", "1")]
    [InlineData("--share", "cache", "learn", "x", "--share", ".9", "--share", ".8")]
    [InlineData("--currency", "report", "--currency", "USD", "--currency", "EUR")]
    [InlineData("--by", "report", "--by", "tag", "--by", "run")]
    [InlineData("--steps", "render", "x", "--steps", "4", "--steps", "5")]
    [InlineData("--anchor", "ledger", "verify", "--anchor", "1", "--anchor", "2")]
    [InlineData("--undo", "prices", "rerate", "--undo", "1", "--undo", "2")]
    [InlineData("--from", "cache", "tune", "x", "--from")]
    [InlineData("--currency", "report", "--currency=")]
    public async Task An_option_that_is_written_twice_or_has_no_value_is_named(string option, params string[] line)
    {
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync(line));
        string told = Assert.Single(_rig.Notes.Output.Split('\n'), static sentence => sentence.StartsWith("farthing: ", StringComparison.Ordinal));
        Assert.Contains(option, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--config is empty", "doctor", "--config", "")]
    [InlineData("--config is empty", "serve", "--config", "")]
    [InlineData("Leave one or the other out", "doctor", "--config", "x.yaml", "--model", "y")]
    [InlineData("empty name", "cache", "tune", "")]
    public async Task What_is_empty_or_says_nothing_is_refused(string sentence, params string[] line)
    {
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync(line));
        Assert.Contains(sentence, _rig.Notes.Output, StringComparison.Ordinal);
    }
}
