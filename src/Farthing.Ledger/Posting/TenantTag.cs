namespace Farthing.Ledger.Posting;

/// <summary>Whose a render or a call is: the tag that begins with <c>tenant:</c>.</summary>
public static class TenantTag
{
    /// <summary>What the tag begins with.</summary>
    public const string Prefix = "tenant:";

    /// <summary>A tenant as a tag.</summary>
    /// <exception cref="FormatException">It is more than one word of tags, or none.</exception>
    public static string Of(string tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var tag = Prefix + tenant.Trim();
        return tag.Length > Prefix.Length && !tag.AsSpan().ContainsAny(TagSet.Separators) && TagSet.Parse(tag).Text == tag
            ? tag
            : throw new FormatException($"'{tenant}' is no tenant: write a name without commas, semicolons and vertical bars.");
    }

    /// <summary>Tags with their tenant; null for none.</summary>
    /// <exception cref="FormatException">It is no tenant, or all together are too long.</exception>
    public static TagSet Add(TagSet tags, string? tenant)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return tenant is null ? tags : TagSet.Parse($"{tags.Text},{Of(tenant)}");
    }

    /// <summary>Why tags that somebody wrote may not stand, in a sentence; null where all is well.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="key">What the key adds.</param>
    /// <param name="namesTenants">Whether a key without a tenant may name any: where one key has one, the others would write in its name.</param>
    public static string? Fault(TagSet written, TagSet key, bool namesTenants)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(key);
        var own = key.Under(Prefix);
        return written.Text.Split(',').FirstOrDefault(tag => tag.StartsWith(Prefix, StringComparison.Ordinal) && !key.Contains(tag) && (tag == Prefix || own.Length > 0 || !namesTenants)) switch
        {
            null => null,
            Prefix => $"'{Prefix}' names no tenant.",
            var tag when own.Length > 0 => $"'{tag}' is another tenant than that of the key, '{own}'. Leave it out.",
            var tag => $"'{tag}' is a tenant, and the key has none: where a client key has a team, only keys of a team are booked under one. Leave it out.",
        };
    }
}
