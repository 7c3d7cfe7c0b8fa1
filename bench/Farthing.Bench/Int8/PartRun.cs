using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Bench.Int8;

/// <summary>
/// A part as one side runs it: whole in every forward, or what depends on the prompt alone once in <see cref="Steps"/> forwards, as the
/// pipeline does it for a picture.
/// </summary>
internal sealed class PartRun : IDisposable
{
    /// <summary>Forwards of a picture.</summary>
    private const int Steps = 25;

    private readonly PartSession? _once;
    private readonly PartSession _body;
    private readonly int _threads;

    private PartRun(PartSession? once, PartSession body, int threads) => (_once, _body, _threads) = (once, body, threads);

    /// <summary>The part whole.</summary>
    public static PartRun Whole(ModelProto model, string folder, IReadOnlyDictionary<string, long[]> sizes, int threads, string? profile) =>
        new(null, new PartSession(model, folder, sizes, threads, profile), threads);

    /// <summary>The part cut in two, where it has something that depends on the prompt alone.</summary>
    /// <param name="model">The part.</param>
    /// <param name="folder">Where its external data lie.</param>
    /// <param name="sizes">Sizes of the inputs.</param>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="profile">Where to write the body's profile; null for none.</param>
    /// <param name="prompt">The inputs that a picture has but once.</param>
    /// <param name="finish">What is done to the graph that runs in every forward.</param>
    public static PartRun Split(
        ModelProto model,
        string folder,
        IReadOnlyDictionary<string, long[]> sizes,
        int threads,
        string? profile,
        IReadOnlySet<string> prompt,
        Action<ModelProto> finish)
    {
        var changing = model.Graph.Input.Select(static input => input.Name).Where(name => !prompt.Contains(name)).ToHashSet(StringComparer.Ordinal);
        if (StepInvariantSplit.Split(model, changing) is not { } halves)
        {
            finish(model);
            return Whole(model, folder, sizes, threads, profile);
        }

        var once = new PartSession(halves.Prologue, folder, sizes, threads);
        finish(halves.Body);
        return new PartRun(once, new PartSession(halves.Body, folder, sizes, threads, profile, given: once.Values()), threads);
    }

    /// <summary>Runs once and gives wall time and the calling thread's processor time of a forward in milliseconds.</summary>
    public (double Wall, double Cpu) Run()
    {
        var (wall, cpu) = (0.0, 0.0);
        if (_once is not null)
        {
            (wall, cpu) = _once.Run();
            Spinning.LetEnd(_threads);
        }

        var (bodyWall, bodyCpu) = _body.Run();
        return (bodyWall + wall / Steps, bodyCpu + cpu / Steps);
    }

    /// <summary>Ends profiling and gives the profile's path.</summary>
    public string EndProfile() => _body.EndProfile();

    public void Dispose()
    {
        _once?.Dispose();
        _body.Dispose();
    }
}
