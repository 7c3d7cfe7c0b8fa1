using System.Text;
using CsCheck;
using Farthing.Ledger.Reconciliation;

namespace Farthing.Tests.Ledger.Reconciliation;

public sealed class PoisonedInvoiceTests
{
    private const string Header = "day,resource,meter,quantity,amount,currency\n";
    private const string Row = "2026-03-04,r,m,1,1,USD\n";

    [Theory]
    [InlineData("", 1, "is empty")]
    [InlineData("a,b\n1,2\n", 1, "no known export")]
    [InlineData("day;resource;meter\n", 1, "save it with commas")]
    [InlineData("day,resource,meter,quantity,Day\n", 1, "twice")]
    [InlineData(Header, 1, "charges nothing")]
    [InlineData(Header + Row + "2026-03-04,r,m,NaN,1,USD\n", 3, "'quantity' is 'NaN'")]
    [InlineData(Header + Row + "2026-03-04,r,m,1,Infinity,USD\n", 3, "'amount' is 'Infinity'")]
    [InlineData(Header + Row + "2026-03-04,r,m,1,$5,USD\n", 3, "'amount' is '$5'")]
    [InlineData(Header + Row + "2026-03-04,r,m,1e999999999,1,USD\n", 3, "'quantity'")]
    [InlineData(Header + Row + "2026-03-04,r,m,1e9999999999999,1,USD\n", 3, "'quantity'")]
    [InlineData(Header + Row + "2026-03-04,r,m,\"1,000\",1,USD\n", 3, "'1,000'")]
    [InlineData(Header + Row + "yesterday,r,m,1,1,USD\n", 3, "no day")]
    [InlineData(Header + Row + "=cmd|' /C calc'!A0,r,m,1,1,USD\n", 3, "no day")]
    [InlineData(Header + Row + "2026-03-04,r,m,1,1\n", 3, "5 fields")]
    [InlineData(Header + Row + "2026-03-04,r,m,1,1,USD,more\n", 3, "7 fields")]
    [InlineData(Header + Row + "2026-03-04,r\u0007,m,1,1,USD\n", 3, "no text")]
    [InlineData(Header + Row + "2026-03-04,,m,1,1,USD\n", 3, "'resource' is empty")]
    [InlineData(Header + Row + "2026-03-04,r,m,,,USD\n", 3, "both empty")]
    [InlineData(Header + Row + "2026-03-04,r,m,1,1,XAU\n", 3, "'XAU'")]
    [InlineData(Header + Row + "2026-03-04,r,m,1,1,EUR\n", 3, "one by one")]
    [InlineData(Header + Row + "2026-03-04,\"a\nb\",m,1,1,USD\n2026-03-04,r,m,x,1,USD\n", 3, "no text")]
    [InlineData(Header + Row + "2026-03-04,\"r,m,1,1,USD\n" + Row, 3, "quote")]
    [InlineData("start_time,amount_value,amount_currency,line_item\n1772582400,1,usd,\n", 2, "grouped by line item")]
    [InlineData(Header + Row + "2026-03-04,r,m,1,,USD\n", 3, "'amount' is empty")]
    [InlineData("start_time,amount_value,amount_currency,line_item\n1772582400,,,\n1772582400,,usd,\"m, input\"\n", 3, "'amount_value' is empty")]
    [InlineData("usage_date_utc,model,token_type,cost_usd\n2026-03-04,Claude Haiku 4.5,output,\n", 2, "'cost_usd' is empty")]
    [InlineData("start_time,model,input_tokens,output_tokens,input_cached_tokens\n1772582400,m,1,1,2\n", 2, "counts them too")]
    public void A_poisoned_line_is_named(string text, long line, string part)
    {
        var error = Assert.Throws<InvoiceException>(() => Read(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(line, error.Errors[0].Line);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_in_utf8_is_named()
    {
        Assert.Contains("UTF-16", Fails(Encoding.Unicode.GetPreamble(), Encoding.Unicode.GetBytes(Header)), StringComparison.Ordinal);
        Assert.Contains("gzip", Fails([0x1F, 0x8B, 8, 0]), StringComparison.Ordinal);
        Assert.Contains("zip archive", Fails("PK\u0003\u0004"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("zero bytes", Fails(Encoding.UTF8.GetBytes(Header + "\0")), StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Fails(Encoding.UTF8.GetBytes(Header + Row), Encoding.Latin1.GetBytes("2026-03-04,caf\u00e9,m,1,1,USD\n")), StringComparison.Ordinal);
        Assert.Contains("20000 characters", Fails(Encoding.UTF8.GetBytes(Header + "2026-03-04,\"" + new string('x', 100_000))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_is_named_by_its_own_line()
    {
        Assert.Contains("line 3: it holds zero bytes", Fails(Encoding.UTF8.GetBytes(Header + Row + "\0")), StringComparison.Ordinal);
        Assert.Contains("line 4: near here it is not UTF-8", Fails(Encoding.UTF8.GetBytes(Header + Row + Row), [(byte)'a', 0xE9, (byte)'\n']), StringComparison.Ordinal);
        Assert.Contains("line 3: near here it is not UTF-8", Fails(Encoding.UTF8.GetBytes(Header + Row), [(byte)'a', 0xC3]), StringComparison.Ordinal);
        var far = Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat(Row.Replace(",r,", ",\u20ac,", StringComparison.Ordinal), 9_998)));
        Assert.Contains("line 10000: near here it is not UTF-8", Fails(far, [0xE9, (byte)'\n'], far), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_at_the_start_is_no_part_of_the_header() =>
        Assert.Single(Read([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Header + Row)]).Sums);

    [Fact]
    public void Reading_stops_after_so_many_errors_and_says_so()
    {
        var error = Assert.Throws<InvoiceException>(() => Read(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Repeat("x,r,m,1,1,USD\n", 1000)))));
        Assert.Equal((21, 2, 21), (error.Errors.Count, error.Errors[0].Line, error.Errors[^1].Line));
    }

    [Fact]
    public void Fifty_megabytes_are_read_as_a_stream()
    {
        var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Row, 1000)));
        using var stream = new MemoryStream();
        stream.Write(Encoding.UTF8.GetBytes(Header));
        var blocks = 50_000_000 / rows.Length;
        for (var i = 0; i < blocks; i++)
        {
            stream.Write(rows);
        }

        stream.Position = 0;
        Assert.Equal(blocks * 1000, new InvoiceReader("big.csv", null).Read(stream).Lines);
    }

    [Fact]
    public void No_bytes_do_more_than_fail_with_a_line() => Gen.Select(
        Gen.Int[0, 2].Select(static i => ((string[])[Header, Header + Row, "start_time,amount_value,amount_currency,line_item\n"])[i]),
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.String[Gen.Int[0, 9].Select(static i => ",\"\n\r1-e.=\u20ac"[i]), 0, 120].Select(Encoding.UTF8.GetBytes)))
        .Sample(static (head, tail) =>
        {
            try
            {
                Read([.. Encoding.UTF8.GetBytes(head), .. tail]);
            }
            catch (InvoiceException error)
            {
                Assert.All(error.Errors, static each => Assert.True(each.Line > 0 && each.Message.Length > 0));
            }
        }, iter: 3000);

    private static string Fails(params byte[][] parts) => Assert.Throws<InvoiceException>(() => Read([.. parts.SelectMany(static part => part)])).Message;

    private static Invoice Read(byte[] bytes)
    {
        var invoice = new InvoiceReader("bad.csv", null).Read(new MemoryStream(bytes));
        return invoice.Sums.Count > 0 ? invoice : throw new InvoiceException("bad.csv", [new InvoiceError(1, "it charges nothing")]);
    }
}
