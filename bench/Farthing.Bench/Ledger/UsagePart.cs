using System.Globalization;
using System.Text;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Ledger.Usage;
using Farthing.Serving.Usage;
using Microsoft.AspNetCore.Http;

namespace Farthing.Bench.Ledger;

/// <summary>What an event of usage takes from its bytes to the disk, in batches and without the network: reading it, and booking it.</summary>
internal static class UsagePart
{
    private const int BatchSize = 1_000;

    public static void Run(string folder, int events, Figures figures)
    {
        var path = Path.Combine(folder, "usage.db");
        using (var store = LedgerStore.Open(path))
        using (var inbox = UsageInbox.Open(store, PriceBook.Parse(Fleet.Prices), new UsageRules()))
        {
            var (reading, booking, booked) = (TimeSpan.Zero, TimeSpan.Zero, 0);
            var options = new UsageOptions();
            var reader = new UsageEventReader(new UsageSender("", TagSet.None, NamesTenants: true));
            var now = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);
            for (var from = 0; from < events; from += BatchSize)
            {
                var body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(from, Math.Min(BatchSize, events - from)).Select(Event))}]");
                var begin = Environment.CpuUsage.TotalTime;
                var request = new DefaultHttpContext().Request;
                request.ContentType = "application/cloudevents-batch+json";
                UsageEvent[] read = [.. UsageBodyReader.Read(request, body, options).Events.Select(each => reader.Read(each.Event!))];
                var middle = Environment.CpuUsage.TotalTime;
                booked += inbox.Post(read, now).Count(static result => result.Status == UsageStatus.Accepted);
                (reading, booking) = (reading + middle - begin, booking + Environment.CpuUsage.TotalTime - middle);
            }

            figures.Add(
                $"SQLite, {booked:N0} events of usage of two meters, in batches of {BatchSize:N0}, processor time an event", "",
                $"{reading.TotalMicroseconds / events:F1} µs to read, {booking.TotalMicroseconds / events:F1} µs to book");
        }

        figures.Add("the file of these events, their charges and transfers", "", $"{new FileInfo(path).Length / (double)events:F0} bytes an event");
    }

    private static string Event(int number)
    {
        var id = number.ToString("D8", CultureInfo.InvariantCulture);
        return $$$$"""
            {"specversion":"1.0","source":"/captioner/worker-7","id":"call-{{{{id}}}}","type":"farthing.usage","time":"2026-11-20T08:00:00Z",
             "data":{"run":"spring-2026","render":"mug-{{{{id}}}}","stage":"caption","resource":"llm/openai/gpt-4o-mini","meters":{"input-tokens":{{{{800 + (number % 97)}}}},"output-tokens":{{{{90 + (number % 31)}}}}}}}
            """;
    }
}
