using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>The numbers of renders, given once and for ever. What one transaction learns ends with it.</summary>
internal sealed class RenderNumbers(LedgerTransaction transaction)
{
    private const int Chunk = 1_000;
    private const int MostKnown = 100_000;

    private static readonly PreparedSql Find = new("SELECT seq FROM renders WHERE run = $1 AND render_id = $2");
    private static readonly PreparedSql Add = new("INSERT INTO renders (run, render_id) VALUES ($1, $2) RETURNING seq");

    private readonly Dictionary<(string Run, string Render), long> _known = [];
    private readonly Dictionary<string, long> _runs = new(StringComparer.Ordinal);

    /// <summary>The number of one render, given now where it has none.</summary>
    public long Of(string run, string render)
    {
        Trim();
        return Number(run, render);
    }

    /// <summary>Makes sure that some renders have numbers, and returns what gives them.</summary>
    public IReadOnlyDictionary<(string Run, string Render), long> Learn(IReadOnlyCollection<(string Run, string Render)> renders)
    {
        Trim();
        if (transaction.IsSqlite)
        {
            foreach (var (run, render) in renders)
            {
                Number(run, render);
            }

            return _known;
        }

        // A round trip is what a server's answer costs.
        foreach (var part in renders.Where(each => !_known.ContainsKey(each)).Distinct().Chunk(Chunk))
        {
            Read(part, "SELECT r.run, r.render_id, r.seq FROM wanted AS w JOIN renders AS r ON r.run = w.run AND r.render_id = w.render_id");
            if (part.Where(each => !_known.ContainsKey(each)).ToArray() is { Length: > 0 } missing)
            {
                Read(missing, "INSERT INTO renders (run, render_id) SELECT w.run, w.render_id FROM wanted AS w RETURNING run, render_id, seq");
            }
        }

        return _known;
    }

    private void Trim()
    {
        if (_known.Count > MostKnown)
        {
            _known.Clear();
        }
    }

    private long Number(string run, string render)
    {
        if (!_known.TryGetValue((run, render), out var number))
        {
            var of = RunOf(run);
            _known[(run, render)] = number = (long)(transaction.First(Find, of, render) ?? transaction.First(Add, of, render)!)[0]!;
        }

        return number;
    }

    private void Read((string Run, string Render)[] renders, string sql)
    {
        var runs = renders.Select(each => RunOf(each.Run)).ToArray();
        var names = new Dictionary<long, string>();
        for (var i = 0; i < renders.Length; i++)
        {
            names[runs[i]] = renders[i].Run;
        }

        using var command = transaction.CreateCommand();
        command.CommandText = $"WITH wanted (run, render_id) AS (SELECT * FROM unnest(@runs, @renders)) {sql}";
        command.Add("@runs", runs);
        command.Add("@renders", renders.Select(static each => each.Render).ToArray());
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            _known[(names[row.GetInt64(0)], row.GetString(1))] = row.GetInt64(2);
        }
    }

    private long RunOf(string run)
    {
        if (!_runs.TryGetValue(run, out var number))
        {
            _runs[run] = number = transaction.Scalar<long?>("SELECT seq FROM runs WHERE run_id = @run", new { run })
                ?? transaction.Scalar<long>("INSERT INTO runs (run_id) VALUES (@run) RETURNING seq", new { run });
        }

        return number;
    }
}
