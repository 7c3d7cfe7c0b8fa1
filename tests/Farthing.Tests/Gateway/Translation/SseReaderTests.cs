using System.Text;
using CsCheck;
using Farthing.Gateway.Translation.Streams;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class SseReaderTests
{
    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static List<(string Type, string Data)> Read(params byte[][] parts)
    {
        List<(string, string)> found = [];
        void Take(SseEvent item) => found.Add((item.Type, Encoding.UTF8.GetString(item.Data.Span)));
        var reader = new SseReader();
        foreach (byte[] part in parts)
        {
            reader.Feed(part, Take);
        }

        reader.End(Take);
        return found;
    }

    [Theory]
    [InlineData("data: a\n\n", "|a")]
    [InlineData("data:a\r\n\r\n", "|a")]
    [InlineData("data:  a\r\r", "| a")]
    [InlineData("\uFEFFdata: a\n\n", "|a")]
    [InlineData("event: ping\ndata: {}\n\n", "ping|{}")]
    [InlineData(": comment\n\ndata: a\n: between\ndata: b\n\n", "|a\nb")]
    [InlineData("event: lost\n\ndata: a\n\n", "|a")]
    [InlineData("data\n\n", "|")]
    [InlineData("id: 7\nretry: 5\nnonsense\nfoo: bar\ndata: a\n\n", "|a")]
    [InlineData("data: a", "|a")]
    [InlineData("data: a\n\ndata: b\n\n", "|a;|b")]
    [InlineData("\n\n\n", "")]
    public void Streams(string stream, string expected) =>
        Assert.Equal(expected, string.Join(';', Read(Utf8(stream)).Select(static found => $"{found.Type}|{found.Data}")));

    [Fact]
    public void Any_cut_of_any_stream_gives_the_same_events()
    {
        Gen<string> line = OneOf("data: {\"a\":1}", "data:é杯🙂", "event: delta", ": note", "", "", "data", "id: 1", "data: x: y");
        Gen<string> end = OneOf("\n", "\r\n", "\r");
        Gen<string> stream = Gen.Select(line, end, static (text, ending) => text + ending).Array[0, 20].Select(string.Concat);
        Gen.Select(stream, Gen.Int[0, 400].Array[0, 12]).Sample(static (text, cuts) =>
        {
            byte[] bytes = Utf8(text);
            int[] at = [.. cuts.Select(cut => Math.Min(cut, bytes.Length)).Order()];
            List<byte[]> parts = [];
            int from = 0;
            foreach (int cut in at)
            {
                parts.Add(bytes[from..cut]);
                from = cut;
            }

            parts.Add(bytes[from..]);
            return Read([.. parts]).SequenceEqual(Read(bytes))
                && Read([.. bytes.Select(static one => new[] { one })]).SequenceEqual(Read(bytes));
        });
    }

    [Fact]
    public void An_endless_line_or_event_is_refused()
    {
        Assert.Throws<SseTooLongException>(() => new SseReader(10).Feed(Utf8("data: 0123456789"), static _ => { }));
        var reader = new SseReader(10);
        reader.Feed(Utf8("data: 01\n"), static _ => { });
        reader.Feed(Utf8("data: 01\n"), static _ => { });
        Assert.Throws<SseTooLongException>(() =>
        {
            for (int more = 0; more < 5; more++)
            {
                reader.Feed(Utf8("data: 01\n"), static _ => { });
            }
        });
    }
}
