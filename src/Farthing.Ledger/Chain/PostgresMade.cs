using System.Text.RegularExpressions;

namespace Farthing.Ledger.Chain;

/// <summary>The tables, views and indices that scripts for PostgreSQL make and do not take away again.</summary>
/// <param name="Tables">The names of the tables.</param>
/// <param name="Views">What each view is.</param>
/// <param name="Indices">What makes each index.</param>
/// <param name="Columns">The columns that are added to tables which are there, such as <c>attempts.budgets</c>.</param>
internal sealed partial record PostgresMade(
    IReadOnlySet<string> Tables, IReadOnlyDictionary<string, string> Views, IReadOnlyDictionary<string, string> Indices, IReadOnlySet<string> Columns)
{
    /// <summary>Reads it from the scripts, which no schema can be made of in passing: whoever verifies may only read.</summary>
    /// <param name="texts">The scripts in their order.</param>
    public static PostgresMade Of(IEnumerable<string> texts)
    {
        var (tables, columns) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var (views, indices) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var match in texts.SelectMany(static text => Statements().Matches(text)))
        {
            var (name, what) = (match.Groups["name"].Value, match.Groups["what"].Value);
            if (match.Groups["drop"].Success)
            {
                tables.Remove(name);
                views.Remove(name);
                indices.Remove(name);
            }
            else if (match.Groups["added"].Success)
            {
                columns.UnionWith(match.Groups["added"].Captures.Select(column => $"{name}.{column.Value}"));
            }
            else if (what == "TABLE")
            {
                tables.Add(name);
            }
            else if (what == "VIEW")
            {
                views[name] = match.Groups["body"].Value;
            }
            else
            {
                indices[name] = match.Value;
            }
        }

        return new PostgresMade(tables, views, indices, columns);
    }

    [GeneratedRegex(
        @"^(?:(?<drop>DROP) (?<what>TABLE|VIEW|INDEX) (?:IF EXISTS )?(?<name>\w+)|CREATE (?<what>TABLE) (?<name>\w+)|CREATE (?<what>VIEW) (?<name>\w+) AS\s+(?<body>[^;]+);|CREATE (?:UNIQUE )?(?<what>INDEX) (?<name>\w+) ON [^;]+;|ALTER TABLE (?<name>\w+)(?:\s+ADD COLUMN (?<added>\w+)[^,;]*,?)+;)",
        RegexOptions.Multiline)]
    private static partial Regex Statements();
}
