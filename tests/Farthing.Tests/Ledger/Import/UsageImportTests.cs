using System.Text;
using Farthing.Ledger.Import;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Tests.Ledger.Import;

public abstract class UsageImportTests(StoreKind kind) : IDisposable
{
    private const string Good =
        """
        {"type":"lease","id":"l","run":"r","at":"2026-03-04T12:00:00Z","resource":"cpu","cores":2}
        {"type":"renders","run":"r","at":"2026-03-04T12:00:01Z","lot":"a","count":3,"outcome":"delivered","tags":"x"}

        {"type":"renders","run":"r","at":"2026-03-04T12:00:01Z","lot":"b","count":2,"outcome":"lost","reason":"it burned"}
        {"type":"use","id":"u1","run":"r","at":"2026-03-04T12:00:02Z","lot":"a","stage":"unet","resource":"cpu","meter":"device-time","quantity":1200,"time_us":600,"lease":"l"}
        {"type":"use","id":"u2","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"unknown","meter":"puts","quantity":1}
        {"type":"saved","id":"s1","run":"r","at":"2026-03-04T12:00:02Z","lot":"a","kind":"caption_cache","stage":"caption","resource":"cpu","meter":"device-time","quantity":5,"evidence":"a hit"}
        {"type":"close","run":"r","lease":"l","at":"2026-03-04T12:00:03Z","elapsed_us":900,"idle_us":300}
        """;

    private readonly LedgerFixture _ledger = new(kind: kind);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_file_is_posted_once_however_often_it_comes()
    {
        var first = Import(Good);
        Assert.Equal((5, 2, 1, 0, 1), (first.Renders, first.Posted, first.Unpriced, first.Exists, first.Memos));
        Assert.Equal(24_000, first.Amount.Units);
        var again = Import(Good);
        Assert.Equal((0, 0, 0, 2), (again.Renders, again.Posted, again.Unpriced, again.Exists));
        var report = _ledger.Reports.Build(new ReportQuery { RunId = "r" });
        Assert.Equal((3, 2), (report.Attempts.Delivered, report.Attempts.Lost));
        Assert.Equal(24_000, report.Total.Units);
        Assert.Equal(SavingsKind.CaptionCache, Assert.Single(report.Savings).Kind);
    }

    [Fact]
    public void What_is_announced_is_all_that_was_posted_idle_lost_and_rounding_with_it()
    {
        // 997 µs of two cores at 40/3, of which 330 worked, 101 were idle and 566 are lost, cost two units more than their parts.
        const string Text =
            """
            {"type":"lease","id":"l","run":"r","at":"2026-03-04T12:00:00Z","resource":"cpu","cores":2}
            {"type":"use","id":"u1","run":"r","at":"2026-03-04T12:00:02Z","stage":"unet","resource":"cpu","meter":"device-time","quantity":220,"time_us":110,"lease":"l"}
            {"type":"use","id":"u2","run":"r","at":"2026-03-04T12:00:02Z","stage":"vae","resource":"cpu","meter":"device-time","quantity":220,"time_us":110,"lease":"l"}
            {"type":"use","id":"u3","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"cpu","meter":"device-time","quantity":220,"time_us":110,"lease":"l"}
            {"type":"close","run":"r","lease":"l","at":"2026-03-04T12:00:03Z","elapsed_us":997,"idle_us":101}
            """;
        var done = Import(Text);
        Assert.Equal((26_587L, 6L), ((long)done.Amount.Units, done.Posted));
        Assert.Equal(done.Amount, _ledger.Reports.Build(new ReportQuery()).Total);
        Assert.Equal(6, _ledger.File.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM transfers")));
        Assert.Equal((0L, 0L), Import(Text) is var again ? ((long)again.Amount.Units, again.Posted) : default);
    }

    [Theory]
    [InlineData("""{"type":"close","run":"r","lease":"l","at":"2026-03-04T12:00:02Z","elapsed_us":3000000000000}""", "not as much has passed since")]
    [InlineData("""{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:02Z","stage":"unet","resource":"cpu","meter":"device-time","quantity":6000000000000,"time_us":3000000000000,"lease":"l"}""", "not as much has passed since")]
    [InlineData("""{"type":"use","id":"u","run":"r","at":"2026-03-03T12:00:00Z","stage":"unet","resource":"cpu","meter":"device-time","quantity":2,"time_us":1,"lease":"l"}""", "before its lease 'l' was opened")]
    [InlineData("""{"type":"close","run":"r","lease":"l","at":"2026-03-03T12:00:00Z","elapsed_us":0}""", "before its lease 'l' was opened")]
    public void A_lease_has_no_more_time_than_has_passed_and_none_before_it(string bad, string part)
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes("""{"type":"lease","id":"l","run":"r","at":"2026-03-04T12:00:00Z","resource":"cpu","cores":2}""" + "\n" + bad));
        var error = Assert.Throws<UsageFileException>(() => new UsageImport(_ledger.Journal) { Latest = LedgerFixture.Noon.AddDays(9) }.Import(_ledger.File, text));
        Assert.Equal(2, error.Line);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Empty(_ledger.Entries());
    }

    [Fact]
    public void A_use_has_the_tags_of_its_lot_where_the_lot_comes_first()
    {
        const string Lot = """{"type":"renders","run":"r","at":"2026-03-04T12:00:01Z","lot":"a","count":3,"outcome":"delivered","tags":"campaign:spring,social"}""";
        const string Tagless = """{"type":"use","id":"u1","run":"r","at":"2026-03-04T12:00:02Z","lot":"a","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1}""";
        const string Other = """{"type":"use","id":"u2","run":"r","at":"2026-03-04T12:00:02Z","lot":"a","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1,"tags":"campaign:autumn"}""";
        const string Early = """{"type":"use","id":"u0","run":"r","at":"2026-03-04T12:00:02Z","lot":"a","stage":"finish","resource":"storage/folder","meter":"puts","quantity":2}""";
        var text = string.Join('\n', Early, Lot, Tagless, Other);
        Assert.Equal(3, Import(text).Posted);
        Assert.Equal(
            [("", 10_000_000L, 0L), ("autumn", 5_000_000L, 0L), ("spring", 5_000_000L, 3L)],
            _ledger.Reports.Build(new ReportQuery(), ReportGrouping.Campaign).Groups.Select(static group => (group.Key, (long)group.Report.Total.Units, group.Report.Attempts.Delivered)));

        // What was posted before its lot is no other use now that the lot is known.
        Assert.Equal((0, 3), (Import(text) is var again ? (again.Posted, again.Exists) : default));
    }

    [Fact]
    public void A_lot_is_as_many_renders_as_it_has()
    {
        Import(
            """
            {"type":"renders","run":"r","at":"2026-03-04T12:00:01Z","lot":"a","count":1000,"outcome":"delivered","tags":"x"}
            {"type":"renders","run":"r","at":"2026-03-04T12:00:01Z","lot":"b","count":10,"outcome":"lost"}
            {"type":"use","id":"u1","run":"r","at":"2026-03-04T12:00:02Z","lot":"a","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1000}
            {"type":"use","id":"u2","run":"r","at":"2026-03-04T12:00:02Z","lot":"b","stage":"finish","resource":"storage/folder","meter":"puts","quantity":200}
            """);
        var renders = _ledger.Reports.Renders(new ReportQuery());
        Assert.Equal((1000, 6_000_000, 5_000_000), (renders.Renders, (long)renders.WithWaste!.Value.Units, (long)renders.WithoutWaste!.Value.Units));
        Assert.Equal(_ledger.Reports.Build(new ReportQuery()).CostPerRender, renders.WithWaste);
        Assert.Equal((1, 5_000_000_000, "r/a-000001"), (renders.Charged, (long)renders.Median!.Value.Units, renders.MostRender));
        Assert.Equal((1000, 5_000_000), (_ledger.Reports.Renders(new ReportQuery { Tag = "x" }) is var tagged ? (tagged.Renders, (long)tagged.WithWaste!.Value.Units) : default));
    }

    [Theory]
    [InlineData("\"count\":4", "stored:  count 3\n  offered: count 4\n")]
    [InlineData("\"count\":2", "stored:  count 3\n  offered: count 2\n")]
    [InlineData("\"outcome\":\"lost\"", "stored:  outcome delivered\n  offered: outcome lost\n")]
    [InlineData("\"reason\":\"it burned\"", "stored:  no reason\n  offered: reason it burned\n")]
    [InlineData("\"at\":\"2026-03-04T12:00:05Z\"", "stored:  at 2026-03-04T12:00:01Z\n  offered: at 2026-03-04T12:00:05Z\n")]
    [InlineData("\"tags\":\"y\"", "stored:  tags x\n  offered: tags y\n")]
    public void A_lot_that_comes_again_as_another_one_is_a_conflict_that_shows_both(string changed, string shown)
    {
        string[] fields = ["\"at\":\"2026-03-04T12:00:01Z\"", "\"count\":3", "\"outcome\":\"delivered\"", "\"reason\":\"\"", "\"tags\":\"x\""];
        var name = changed[..changed.IndexOf(':', StringComparison.Ordinal)];
        Import(Lot(fields));
        Assert.Equal(0, Import(Lot(fields)).Renders);
        var error = Assert.Throws<UsageFileException>(() => Import(Lot([.. fields.Select(field => field.StartsWith(name + ":", StringComparison.Ordinal) ? changed : field)])));
        Assert.Contains($"the lot 'a' of the run 'r' is already posted with other content.\n  {shown}", error.Message, StringComparison.Ordinal);
        Assert.Equal((3, 0), (_ledger.Reports.Build(new ReportQuery()).Attempts is var attempts ? (attempts.Delivered, attempts.Lost) : default));

        static string Lot(string[] fields) => $$"""{"type":"renders","run":"r","lot":"a",{{string.Join(',', fields)}}}""";
    }

    [Fact]
    public void A_lot_that_nobody_has_written_is_told_with_its_line()
    {
        const string Use = """{"type":"use","id":"u9","run":"r","at":"2026-03-04T12:00:02Z","lot":"gone","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1}""";
        Assert.Equal(new UnknownLot("r", "gone", 10), Assert.Single(Import(Good + "\n\n" + Use).Unknown));
        Assert.Empty(Import(Good).Unknown);
        Assert.Empty(Import(Use + "\n" + """{"type":"renders","run":"r","at":"2026-03-04T12:00:01Z","lot":"gone","count":1,"outcome":"lost"}""").Unknown);
    }

    [Fact]
    public void A_tenant_is_told_by_name()
    {
        Import("""{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1,"tags":"x","tenant":"acme"}""");
        Assert.Equal(("acme", 5_000_000), (_ledger.Reports.Build(new ReportQuery(), ReportGrouping.Tenant).Groups.Single() is var group ? (group.Key, (long)group.Report.Total.Units) : default));
    }

    [Fact]
    public void What_has_not_happened_yet_is_refused()
    {
        var import = new UsageImport(_ledger.Journal) { Latest = LedgerFixture.Noon };
        using var good = new MemoryStream(Encoding.UTF8.GetBytes("""{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:00Z","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1}"""));
        Assert.Equal(1, import.Import(_ledger.File, good).Posted);
        using var ahead = new MemoryStream(Encoding.UTF8.GetBytes(Good));
        var error = Assert.Throws<UsageFileException>(() => import.Import(_ledger.File, ahead));
        Assert.Equal(2, error.Line);
        Assert.Contains("'at' is 2026-03-04T12:00:01Z, which is ahead of this machine's clock", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"use","id":"rerate-1/1/reversal","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"x","meter":"puts","quantity":1}""", "begins with rerate-")]
    [InlineData("""{"type":"use","quantity":1.5}""", "'quantity' must be a whole number from 0 to 9223372036854775807")]
    [InlineData("""{"type":"use","quantity":NaN}""", "no JSON object: what stands at 'quantity' is no JSON")]
    [InlineData("""{"type":"use","quantity":99999999999999999999}""", "'quantity' must be a whole number from 0 to 9223372036854775807")]
    [InlineData("""{"type":"use","quantity":"7"}""", "'quantity' must be a whole number")]
    [InlineData("""{"type":"renders","count":3000000000}""", "'count' must be a whole number from 1 to 1000000.")]
    [InlineData("""{"type":"renders","count":1.5}""", "'count' must be a whole number from 1 to 1000000.")]
    [InlineData("""{"type":"lease","cores":3000000000}""", "'cores' must be a whole number from 0 to 2147483647")]
    [InlineData("""{"type":"use","id":7}""", "'id' must be a text between quotes")]
    [InlineData("""{"type":"use","id":"\ud800"}""", "'id' must be a text between quotes")]
    [InlineData("""{"type":"use","colour":"red"}""", "the field 'colour' is unknown. Known are type, id, run,")]
    [InlineData("""{"type":"use","type":"lease"}""", "'type' stands twice")]
    [InlineData("[1]", "it is no JSON object. Write one object a line.")]
    [InlineData("[[[[[[[[", "no JSON object")]
    [InlineData("null", "null")]
    [InlineData("""{"type":"gift"}""", "'gift' is unknown")]
    [InlineData("""{"type":"renders","run":"r","lot":"a","count":-1}""", "'count' must be")]
    [InlineData("""{"type":"renders","run":"r","lot":"a","count":1,"outcome":"5","at":"2026-03-04T12:00:01Z"}""", "outcome '5'")]
    [InlineData("""{"type":"use","id":"u","run":"r","at":"1969-03-04T12:00:01Z","stage":"unet"}""", "from 1970")]
    [InlineData("""{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:01","stage":"unet"}""", "with Z or an offset")]
    [InlineData("""{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:01Z","stage":"paint"}""", "stage 'paint'")]
    [InlineData("""{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:01Z","stage":"unet","resource":"cpu","meter":"puts","quantity":-1}""", "below 0")]
    [InlineData("""{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:01Z","stage":"unet","resource":"cpu","meter":"device-time","quantity":1,"time_us":1,"lease":"gone"}""", "gone")]
    [InlineData("""{"type":"use","id":"u1","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"cpu","meter":"puts","quantity":9}""", "other content")]
    public void A_bad_line_is_named_and_nothing_is_imported(string bad, string part)
    {
        var error = Assert.Throws<UsageFileException>(() => Import(Good + "\n" + bad));
        Assert.Equal(9, error.Line);
        Assert.Contains("Line 9", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Farthing.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
        Assert.Empty(_ledger.Entries());
    }

    [Fact]
    public void A_meter_of_the_users_own_is_taken_and_priced_in_its_own_unit()
    {
        _ledger.Reopen(LedgerFixture.PriceYaml.Replace("fx:", "  - { id: up-1, resource: studio, meter: x-upscales, unit: thousand-upscales, usd: \"2\", from: 2026-01-01 }\nfx:", StringComparison.Ordinal));
        var done = Import("""{"type":"use","id":"x","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"studio","meter":"x-upscales","quantity":3}""");
        Assert.Equal(6_000_000_000, done.Amount.Units);
    }

    [Fact]
    public void A_line_without_an_end_is_refused() =>
        Assert.Contains("longer than", Assert.Throws<UsageFileException>(() => Import(new string('x', UsageImport.MaxLineLength + 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused_by_their_line_and_make_no_two_ids_one()
    {
        var text = """{"type":"use","id":"café","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1}""";
        using var marked = new MemoryStream([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)]);
        Assert.Equal(1, new UsageImport(_ledger.Journal).Import(_ledger.File, marked).Posted);
        var many = string.Concat(Enumerable.Range(0, 999).Select(i => text.Replace("café", $"id-{i}", StringComparison.Ordinal) + "\n"));
        using var latin = new MemoryStream([.. Encoding.UTF8.GetBytes(many), .. Encoding.Latin1.GetBytes(text)]);
        var error = Assert.Throws<UsageFileException>(() => new UsageImport(_ledger.Journal).Import(_ledger.File, latin));
        Assert.Equal(1_000, error.Line);
        Assert.Contains("not UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Single(_ledger.Entries(), static entry => entry.Amount > 0);
    }

    [Fact]
    public void A_conflict_says_what_differs_and_nothing_else()
    {
        const string Line = """{"type":"use","id":"u","run":"r","at":"2026-03-04T12:00:02Z","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1}""";
        Import(Line);
        var error = Assert.Throws<UsageFileException>(() => Import(Line.Replace("\"quantity\":1", "\"quantity\":2,\"tags\":\"x\"", StringComparison.Ordinal)));
        Assert.Contains("'u' is already posted with other content.\n  stored:  quantity 1, no tags\n  offered: quantity 2, tags x\n", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("UsageFact", error.Message, StringComparison.Ordinal);
    }

    private ImportSummary Import(string text) => new UsageImport(_ledger.Journal).Import(_ledger.File, new MemoryStream(Encoding.UTF8.GetBytes(text)));
}

public sealed class UsageImportOnSqliteTests() : UsageImportTests(StoreKind.Sqlite);

public sealed class UsageImportOnPostgresTests() : UsageImportTests(StoreKind.Postgres);
