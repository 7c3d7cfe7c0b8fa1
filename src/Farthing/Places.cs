namespace Farthing;

/// <summary>Where things are when no option says so.</summary>
/// <param name="Variable">Reads an environment variable.</param>
/// <param name="Current">The current directory.</param>
/// <param name="Beside">The folder that the executable is in.</param>
/// <param name="UserData">The user's folder for the data of applications.</param>
internal sealed record Places(Func<string, string?> Variable, string Current, string Beside, string UserData)
{
    /// <summary>The environment variable that names the folder of <c>models</c> and <c>samples</c>.</summary>
    public const string HomeVariable = "FARTHING_HOME";

    /// <summary>The environment variable that names the data folder.</summary>
    public const string DataVariable = "FARTHING_DATA";

    /// <summary>The environment variable that names a PostgreSQL ledger; it may hold a password, so no option takes it.</summary>
    public const string LedgerVariable = "FARTHING_LEDGER";

    private const string DemoModel = "models/demo";
    private const string SentenceModel = "models/all-MiniLM-L6-v2";
    private const string DemoClip = "models/demo-clip";
    private const string HeldOut = "samples/evaluation.jsonl";

    /// <summary>The places of this process.</summary>
    public static Places OfProcess() => new(
        Environment.GetEnvironmentVariable,
        Environment.CurrentDirectory,
        AppContext.BaseDirectory,
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify));

    /// <summary>The demo model: under FARTHING_HOME, beside the executable, or in the current directory.</summary>
    public string Model() => Find(DemoModel, Directory.Exists);

    /// <summary>The sentence embedder, in the same places.</summary>
    public string Embedder() => Find(SentenceModel, Directory.Exists);

    /// <summary>The CLIP that goes with the demo model, in the same places.</summary>
    public string Clip() => Find(DemoClip, Directory.Exists);

    /// <summary>Prompts that nothing was trained or calibrated on, in the same places.</summary>
    public string EvaluationPrompts() => Find(HeldOut, File.Exists);

    /// <summary>The data folder: FARTHING_DATA, else the user's own.</summary>
    public string Data() =>
        Variable(DataVariable) is { Length: > 0 } data ? Path.GetFullPath(data, Current)
        : UserData.Length > 0 ? Path.Combine(UserData, "farthing")
        : Path.Combine(Current, ".farthing");

    /// <summary>The data folder that the user wrote; where none is written, <see cref="Data()"/>.</summary>
    public string Data(string? written) => written is { Length: > 0 } ? Full(written) : Data();

    /// <summary>The data folder, with the ledger that FARTHING_LEDGER names where it does.</summary>
    public DataFolder Folder(string? written) => DataFolder.At(Data(written), Variable(LedgerVariable));

    /// <summary>A path that the user wrote, from the current directory.</summary>
    public string Full(string path) => Path.GetFullPath(path, Current);

    private string Find(string relative, Predicate<string> exists)
    {
        string[] roots = Variable(HomeVariable) is { Length: > 0 } home ? [home, Beside, Current] : [Beside, Current];
        string[] paths = Array.ConvertAll(roots, root => Path.GetFullPath(relative, root));
        return Array.Find(paths, exists) ?? paths[^1];
    }
}
