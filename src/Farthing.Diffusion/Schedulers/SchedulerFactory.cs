namespace Farthing.Diffusion.Schedulers;

/// <summary>Makes schedulers from a model's configuration.</summary>
public static class SchedulerFactory
{
    /// <summary>
    /// The scheduler of a chosen kind on a model's configuration: the kind decides what makes it that kind
    /// (algorithm, order, Karras levels), the configuration the rest, as <c>from_config</c> of diffusers does.
    /// </summary>
    /// <exception cref="SchedulerConfigException">The kind can't follow the configuration.</exception>
    public static Scheduler Create(SchedulerKind kind, SchedulerConfig config) => kind switch
    {
        SchedulerKind.DpmPlusPlus2MKarras => Create(
            SchedulerFamily.DpmSolver,
            config with { AlgorithmType = "dpmsolver++", SolverOrder = 2, UseKarrasSigmas = true }),
        SchedulerKind.DpmPlusPlus2MSde => Create(
            SchedulerFamily.DpmSolver, config with { AlgorithmType = "sde-dpmsolver++", SolverOrder = 2 }),
        SchedulerKind.Euler => Create(SchedulerFamily.Euler, Plain(config, SchedulerFamily.Euler)),
        SchedulerKind.EulerAncestral => Create(SchedulerFamily.EulerAncestral, config),
        // DDIM's defaults, x0 clipped to ±1 and a last alpha of 1, are meant for pixels; Stable Diffusion's files
        // turn both off, and a file for another class does not say.
        SchedulerKind.Ddim => Create(
            SchedulerFamily.Ddim,
            config with { ClipSample = config.ClipSample ?? false, SetAlphaToOne = config.SetAlphaToOne ?? false }),
        SchedulerKind.Lcm => Create(SchedulerFamily.Lcm, config),
        SchedulerKind.UniPc => Create(SchedulerFamily.UniPc, config),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such scheduler."),
    };

    /// <summary>
    /// The scheduler that the model's own configuration names. A configuration for PNDM, which is not
    /// carried, gives <paramref name="fallback"/>; so does one that names no class.
    /// </summary>
    /// <exception cref="SchedulerConfigException">The class is not known, or can't follow the configuration.</exception>
    public static Scheduler FromModel(
        SchedulerConfig config, SchedulerKind fallback = SchedulerKind.DpmPlusPlus2MKarras)
    {
        if (config.ClassName is null or "PNDMScheduler")
        {
            return Create(fallback, config);
        }

        foreach (var family in Enum.GetValues<SchedulerFamily>())
        {
            if (ClassNameOf(family) == config.ClassName)
            {
                return Create(family, config);
            }
        }

        throw new SchedulerConfigException(
            "the model's scheduler",
            [$"{config.ClassName} is not known: choose one of {string.Join(", ", SchedulerKindNames.All)}"]);
    }

    internal static string ClassNameOf(SchedulerFamily family) => family switch
    {
        SchedulerFamily.DpmSolver => "DPMSolverMultistepScheduler",
        SchedulerFamily.Euler => "EulerDiscreteScheduler",
        SchedulerFamily.EulerAncestral => "EulerAncestralDiscreteScheduler",
        SchedulerFamily.Ddim => "DDIMScheduler",
        SchedulerFamily.Lcm => "LCMScheduler",
        _ => "UniPCMultistepScheduler",
    };

    /// <summary>
    /// Karras levels that a file asks for another class's sake do not follow into a plain one: a file for DPM++ 2M Karras
    /// chosen with <c>euler</c> gives Euler, not Euler Karras.
    /// </summary>
    private static SchedulerConfig Plain(SchedulerConfig config, SchedulerFamily family) =>
        config.ClassName is null || config.ClassName == ClassNameOf(family) ? config : config with { UseKarrasSigmas = false };

    private static Scheduler Create(SchedulerFamily family, SchedulerConfig config)
    {
        var settings = SchedulerSettings.Resolve(family, config);
        return family switch
        {
            SchedulerFamily.DpmSolver => new DpmSolverScheduler(settings),
            SchedulerFamily.Euler or SchedulerFamily.EulerAncestral => new EulerScheduler(settings),
            SchedulerFamily.Ddim => new DdimScheduler(settings),
            SchedulerFamily.Lcm => new LcmScheduler(settings),
            _ => new UniPcScheduler(settings),
        };
    }
}
