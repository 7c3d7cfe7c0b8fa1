namespace Farthing.Gateway.Configuration;

/// <summary><c>journal: {durability}</c></summary>
internal static class JournalSection
{
    public static JournalOptions Read(YamlMap? map)
    {
        if (map is null)
        {
            return new JournalOptions();
        }

        var durability = JournalDurability.Process;
        switch (map.Text("durability"))
        {
            case null or "process":
                break;
            case "disk":
                durability = JournalDurability.Disk;
                break;
            case var other:
                map.Refuse("durability", $"'durability' in journal is '{other}': write process, which outlives a kill, or disk, which outlives a power cut.");
                break;
        }

        map.RefuseOthers();
        return new JournalOptions { Durability = durability };
    }
}
