namespace Farthing.Tests.Rendering;

/// <summary>Finds the repository's samples folder from where the tests run.</summary>
internal static class SampleFiles
{
    public static string Folder { get; } = Find();

    public static string Product(string name) => Path.Combine(Folder, "products", name);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "samples");
            if (File.Exists(Path.Combine(candidate, "campaign.csv")))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("There is no samples folder above " + AppContext.BaseDirectory);
    }
}
