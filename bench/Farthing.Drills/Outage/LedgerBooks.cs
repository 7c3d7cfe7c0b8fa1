using Microsoft.Data.Sqlite;

namespace Farthing.Drills.Outage;

/// <summary>What the ledger says after a run.</summary>
/// <param name="Attempts">By provider, model and key.</param>
/// <param name="Charges">Their tokens again, from the charges.</param>
/// <param name="Answers">The tokens of the attempt that answered, by request.</param>
/// <param name="Lost">Attempts that the gateway's death left open.</param>
internal sealed record LedgerBooks(
    IReadOnlyList<ProviderCount> Attempts, IReadOnlyList<ProviderCount> Charges, IReadOnlyDictionary<string, (long Prompt, long Completion)> Answers, long Lost)
{
    /// <summary>Reads the ledger's file.</summary>
    public static LedgerBooks Read(string file)
    {
        using var ledger = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        ledger.Open();
        using SqliteCommand lost = ledger.CreateCommand();
        lost.CommandText = "SELECT count(*) FROM gateway_attempts WHERE outcome = 'lost'";
        return new LedgerBooks(ProviderCount.OfAttempts(ledger), ProviderCount.OfCharges(ledger), ReadAnswers(ledger), (long)lost.ExecuteScalar()!);
    }

    private static Dictionary<string, (long, long)> ReadAnswers(SqliteConnection ledger)
    {
        using SqliteCommand command = ledger.CreateCommand();
        command.CommandText = "SELECT request_id, input + cached_input + cache_write + cache_write_hour, output + reasoning FROM gateway_attempts WHERE outcome = 'answered'";
        using SqliteDataReader row = command.ExecuteReader();
        Dictionary<string, (long, long)> answers = [];
        while (row.Read())
        {
            answers.Add(row.GetString(0), (row.GetInt64(1), row.GetInt64(2)));
        }

        return answers;
    }
}
