using System.Buffers;
using System.Text;
using System.Text.Json;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Usage;

/// <summary>The rows of events that came in.</summary>
internal static class UsageEventRows
{
    private const string Columns = "e.source, e.id, e.type, e.at, e.content, e.client FROM";
    private const string ByKey = "AS w JOIN usage_events AS e ON e.source = w.source AND e.id = w.id";

    /// <summary>The stored events of these keys.</summary>
    public static Dictionary<(string Source, string Id), StoredEvent> Find(LedgerTransaction transaction, IReadOnlyList<UsageEvent> events)
    {
        using var command = transaction.CreateCommand();

        // All keys in one value or two: SQLite looks each parameter up by its name, so that a thousand of them cost more than the rows.
        if (transaction.IsSqlite)
        {
            command.CommandText = $"SELECT {Columns} (SELECT value ->> 0 AS source, value ->> 1 AS id FROM json_each(@keys)) {ByKey}";
            command.Add("@keys", Keys(events));
        }
        else
        {
            command.CommandText = $"SELECT {Columns} unnest(@sources, @ids) AS w (source, id) {ByKey["AS w ".Length..]}";
            command.Add("@sources", events.Select(static each => each.Source).ToArray());
            command.Add("@ids", events.Select(static each => each.Id).ToArray());
        }

        var found = new Dictionary<(string, string), StoredEvent>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            found[(row.GetString(0), row.GetString(1))] =
                new StoredEvent(row.GetString(2), EventTime.FromMicroseconds(row.GetInt64(3)), row.GetString(4), row.GetString(5));
        }

        return found;
    }

    private static string Keys(IReadOnlyList<UsageEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * (events.Count + 1));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var one in events)
            {
                json.WriteStartArray();
                json.WriteStringValue(one.Source);
                json.WriteStringValue(one.Id);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The number that the next event gets.</summary>
    public static long Next(LedgerTransaction transaction) => transaction.Scalar<long>("SELECT coalesce(max(seq), 0) + 1 FROM usage_events");

    /// <summary>The instant that the last event was received at.</summary>
    public static DateTimeOffset LastReceived(LedgerTransaction transaction) => EventTime.FromMicroseconds(
        transaction.Scalar<long>("SELECT coalesce((SELECT received_at FROM usage_events ORDER BY seq DESC LIMIT 1), 0)"));

    /// <summary>Adds events, all of them new, which get consecutive numbers.</summary>
    public static void Insert(LedgerTransaction transaction, IReadOnlyList<UsageEvent> events, DateTimeOffset received)
    {
        var at = EventTime.ToMicroseconds(received);
        List<object?[]> rows = [.. events.Select(each => new object?[]
        {
            each.Source, each.Id, each.Type, EventTime.ToMicroseconds(each.At), each.Content, each.Client, at, each.Body.Lease,
        })];
        if (transaction.Insert(LedgerTables.UsageEvents, rows).Contains(null))
        {
            throw new InvalidOperationException("An event that was not in the ledger is there when it is added, under the ledger's own lock.");
        }
    }

    /// <summary>Leases that were opened by an event, are not settled, and of which no event came since an instant.</summary>
    public static IReadOnlyList<string> SilentLeases(LedgerTransaction transaction, DateTimeOffset since) =>
    [
        .. transaction.Query<string>(
            """
            SELECT l.id FROM leases AS l
            WHERE NOT EXISTS (SELECT 1 FROM settlements AS s WHERE s.lease_id = l.id)
                AND EXISTS (SELECT 1 FROM usage_events AS o WHERE o.lease_id = l.id AND o.type = @opened)
                AND (SELECT max(received_at) FROM usage_events AS u WHERE u.lease_id = l.id) < @since
            ORDER BY l.id
            """,
            new { opened = UsageTypes.LeaseOpened, since = EventTime.ToMicroseconds(since) }),
    ];
}
