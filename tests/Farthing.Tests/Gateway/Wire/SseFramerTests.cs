using System.Net.ServerSentEvents;
using System.Text;
using CsCheck;
using Farthing.Gateway.Wire;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Wire;

public sealed class SseFramerTests
{
    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data:a\r\n\r\n", "a")]
    [InlineData("data:  a\r\r", " a")]
    [InlineData("\uFEFFdata: a\n\n", "a")]
    [InlineData("\uFEFF\ndata: a\n\n", "a")]
    [InlineData("\uFEFFdata: a", "a")]
    [InlineData("data: a\n\n\uFEFFdata: b\n\n", "a")]
    [InlineData("event: ping\ndata: {}\n\n", "{}")]
    [InlineData(": comment\n\ndata: a\n: between\ndata: b\n\n", "a\nb")]
    [InlineData("event: lost\n\ndata: a\n\n", "a")]
    [InlineData("data\n\n", "")]
    [InlineData("data\ndata: a\r\ndata\rdata:\n\n", "\na\n\n")]
    [InlineData("id: 7\nretry: 5\nnonsense\nfoo: bar\ndatas: c\ndata: a\n\n", "a")]
    [InlineData("data: a", "a")]
    [InlineData("data: a\n\ndata: b\n\n", "a;b")]
    [InlineData("\n\n\n", "")]
    public void Streams(string stream, string expected) => Assert.Equal(expected, string.Join(';', Read(Utf8(stream)).Data));

    [Fact]
    public void Any_cut_of_any_stream_gives_the_events_that_dotnet_finds_and_passes_on_every_byte()
    {
        Gen<string> line = OneOf("data: {\"a\":1}", "data:é杯🙂", "event: delta", ": note", "", "", "data", "data:", "id: 1", "data: x: y");
        Gen<string> end = OneOf("\n", "\r\n", "\r");
        Gen<string> text = Gen.Select(line, end, static (said, ending) => said + ending).Array[0, 20].Select(string.Concat);
        Gen<string> stream = Gen.Select(OneOf("", "\uFEFF"), text, static (mark, said) => mark + said + "\n\n");
        Gen.Select(stream, Gen.Int[0, 400].Array[0, 12]).Sample(static (text, cuts) =>
        {
            byte[] bytes = Utf8(text);
            string[] expected = [.. SseParser.Create(new MemoryStream(bytes), static (_, data) => Encoding.UTF8.GetString(data)).Enumerate().Select(static item => item.Data).Where(static data => data.Length > 0)];
            int[] at = [.. cuts.Select(cut => Math.Min(cut, bytes.Length)).Append(0).Append(bytes.Length).Order()];
            byte[][] parts = [.. at.Skip(1).Select((to, i) => bytes[at[i]..to])];
            foreach (var (data, raw) in ((List<string>, byte[])[])[Read(bytes), Read(parts), Read([.. bytes.Select(static one => new[] { one })])])
            {
                Assert.Equal(expected, data);
                Assert.Equal(bytes, raw);
            }
        });
    }

    [Fact]
    public void An_endless_event_is_refused_and_many_short_ones_are_not()
    {
        Assert.Throws<InvalidDataException>(() => new SseFramer(10).Add("data: 0123456789"u8));
        var framer = new SseFramer(10);
        for (int i = 0; i < 100; i++)
        {
            framer.Add("data: 01"u8);
            framer.Add("\n\n"u8);
            Assert.True(framer.TryRead(out _));
        }

        framer.Add("data: 01\n"u8);
        Assert.Throws<InvalidDataException>(() => framer.Add("data: 01\n"u8));
    }

    [Fact]
    public void An_event_is_there_when_its_blank_line_is_and_reading_allocates_nothing()
    {
        var framer = new SseFramer();
        framer.Add("data: a\r\n\r"u8);
        Assert.True(framer.TryRead(out _));
        framer.Add("\n"u8);
        Assert.False(framer.TryRead(out _));
        Assert.False(framer.HasRest);

        byte[] chunk = Utf8("event: x\r\ndata: {\"a\":1}\r\n\r\n");
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                framer.Add(chunk);
                Assert.True(framer.TryRead(out _));
            }
        }));
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    /// <summary>What has data, and all bytes that are passed on.</summary>
    private static (List<string> Data, byte[] Raw) Read(params byte[][] parts)
    {
        var (framer, found, raw) = (new SseFramer(), new List<string>(), new List<byte>());
        foreach (byte[] part in parts)
        {
            framer.Add(part);
            while (framer.TryRead(out var item))
            {
                Take(item);
            }
        }

        if (framer.TryReadRest(out var rest))
        {
            Take(rest);
        }

        return (found, [.. raw]);

        void Take(SseEvent item)
        {
            raw.AddRange(item.Raw.Span);
            if (!item.Data.IsEmpty)
            {
                found.Add(Encoding.UTF8.GetString(item.Data.Span));
            }
        }
    }
}
