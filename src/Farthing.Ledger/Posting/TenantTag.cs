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
        return tag.Length > Prefix.Length && TagSet.Parse(tag).Text == tag
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

    /// <summary>A tenant's tag that somebody wrote whose key is another tenant's; null where all is well.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="key">What the key adds.</param>
    public static string? Foreign(TagSet written, TagSet key)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(key);
        return key.Under(Prefix).Length == 0 ? null : written.Text.Split(',').FirstOrDefault(tag => tag.StartsWith(Prefix, StringComparison.Ordinal) && !key.Contains(tag));
    }
}
