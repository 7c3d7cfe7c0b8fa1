using Farthing.Ledger.Posting;

namespace Farthing.Gateway.Configuration;

/// <summary><c>client_keys: [{name, hash: "sha256:…", models, tags, team, requests_per_minute, tokens_per_minute}]</c></summary>
internal static class ClientKeysSection
{
    private const string HashPrefix = "sha256:";

    public static IReadOnlyList<ClientKeyOptions> Read(YamlMap root)
    {
        List<ClientKeyOptions> keys = [];
        foreach (var row in root.Maps("client_keys", "a client key", "{name: team-a, hash: \"sha256:…\"}"))
        {
            var before = row.Faults;
            var name = row.Required("name", "say who uses it.");
            var hash = ReadHash(row, "hash", "a client key");
            var team = row.Text("team") ?? "";
            var tags = ReadTags(row, team);
            var key = new ClientKeyOptions(name, hash)
            {
                Models = row.Texts("models"),
                Tags = tags,
                RequestsPerMinute = row.Whole("requests_per_minute", 1, 1_000_000, 0),
                TokensPerMinute = row.Whole("tokens_per_minute", 1, 1_000_000_000, 0),
                Team = team,
            };
            row.RefuseOthers();
            if (name.Length > 60 || name.Any(char.IsControl))
            {
                row.Refuse("name", "the name of a client key has 1 to 60 plain characters.");
            }

            if (key.Team.Length > 60 || key.Team.Any(char.IsControl))
            {
                row.Refuse("team", "a team has 1 to 60 plain characters.");
            }

            if (keys.Exists(other => other.Name == name || (hash.Length > 0 && other.Hash == hash)))
            {
                row.Refuse("name", $"the client key '{name}' has the name or the hash of an earlier one.");
            }

            if (row.Faults == before)
            {
                keys.Add(key);
            }
        }

        var areTenants = keys.Exists(static key => key.Tags.Under(TenantTag.Prefix).Length > 0);
        return areTenants ? keys.ConvertAll(static key => key with { NamesTenants = false }) : keys;
    }

    /// <summary>The hash of a key; what is written in its place is never repeated.</summary>
    public static string ReadHash(YamlMap row, string name, string title)
    {
        var written = row.Required(name, "`farthing key` makes a key and prints its hash.");
        var hash = written.StartsWith(HashPrefix, StringComparison.Ordinal) ? written[HashPrefix.Length..].ToLowerInvariant() : "";
        if (written.Length > 0 && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
        {
            // What is written may be the key itself, so it is not repeated.
            row.Refuse(name, $"'{name}' in {title} must be sha256: and 64 hexadecimal digits; `farthing key` makes a key and prints its hash.");
        }

        return hash;
    }

    /// <summary>The tags that are written, and the team as the tenant that its calls are told under.</summary>
    private static TagSet ReadTags(YamlMap row, string team)
    {
        try
        {
            var tags = WrittenTags(row);
            var tenant = tags.Text.Split(',').FirstOrDefault(static tag => tag.StartsWith(TenantTag.Prefix, StringComparison.Ordinal));
            if (tenant == TenantTag.Prefix)
            {
                row.Refuse("tags", $"the tag '{TenantTag.Prefix}' in a client key names no tenant.");
            }
            else if (tenant is not null && team.Length > 0)
            {
                row.Refuse("tags", $"a client key with a team is booked under it, and the tag '{tenant}' would be a second tenant: leave out the tag or the team '{team}'.");
            }

            return team.Length == 0 || tenant is not null ? tags : TenantTag.Add(tags, team);
        }
        catch (FormatException) when (team.AsSpan().ContainsAny(",;|") || string.IsNullOrWhiteSpace(team) || team.Any(char.IsControl))
        {
            // A control character is told with the length.
            if (!team.Any(char.IsControl))
            {
                row.Refuse("team", $"the team '{team}' can't be told apart in reports: write it without commas, semicolons and vertical bars.");
            }

            return TagSet.None;
        }
        catch (FormatException error)
        {
            row.Refuse("tags", error.Message);
            return TagSet.None;
        }
    }

    private static TagSet WrittenTags(YamlMap row)
    {
        try
        {
            return TagSet.Of(row.Texts("tags"));
        }
        catch (FormatException error)
        {
            row.Refuse("tags", error.Message);
            return TagSet.None;
        }
    }
}
