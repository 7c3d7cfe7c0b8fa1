using System.Collections.Immutable;

namespace Farthing.Diffusion.Schedulers;

/// <summary>What a configuration may not ask of each scheduler class.</summary>
internal static class SchedulerLimits
{
    private static readonly ImmutableArray<string> Algorithms = ["dpmsolver++", "sde-dpmsolver++", "deis"];

    // The other classes' solver types fall back to the default, as in diffusers' from_config.
    private static readonly ImmutableArray<string> SolverTypes = ["midpoint", "heun", "logrho", "bh1", "bh2"];

    public static List<string> Problems(SchedulerFamily family, SchedulerConfig config)
    {
        var heeded = Heeded(family);
        var problems = config.Unsupported
            .Where(heeded.Contains)
            .Select(name => $"{name} is set, which is not supported: unset it or choose another scheduler")
            .ToList();
        if (family is SchedulerFamily.DpmSolver or SchedulerFamily.UniPc)
        {
            AddSolverProblems(family, config, problems);
        }

        if (config is { SigmaMin: { } min, SigmaMax: { } max } && min >= max)
        {
            problems.Add($"sigma_min ({min}) must be below sigma_max ({max})");
        }

        if (config.Eta is not (>= 0 and <= 1))
        {
            problems.Add($"eta is {config.Eta} but must be from 0 to 1");
        }

        if (config.OriginalInferenceSteps > (config.TrainedBetas?.Length ?? config.TrainTimesteps ?? 1000))
        {
            problems.Add("original_inference_steps must not exceed num_train_timesteps");
        }

        return problems;
    }

    private static void AddSolverProblems(SchedulerFamily family, SchedulerConfig config, List<string> problems)
    {
        if (config.SolverOrder is { } order and not (1 or 2))
        {
            problems.Add($"solver_order is {order} but must be 1 or 2");
        }

        if (config.SolverType is { } type && !SolverTypes.Contains(type))
        {
            problems.Add($"solver_type is \"{type}\" but must be one of {string.Join(", ", SolverTypes)}");
        }

        if (family == SchedulerFamily.DpmSolver && config.AlgorithmType is { } algorithm && !Algorithms.Contains(algorithm))
        {
            problems.Add($"algorithm_type is \"{algorithm}\" but must be one of {string.Join(", ", Algorithms)}");
        }
    }

    /// <summary>The unsupported settings that the class in diffusers would follow.</summary>
    private static string[] Heeded(SchedulerFamily family) => family switch
    {
        SchedulerFamily.DpmSolver =>
        [
            "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas", "use_lu_lambdas",
            "variance_type", "lambda_min_clipped",
        ],
        SchedulerFamily.UniPc =>
        [
            "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas", "solver_p", "predict_x0",
            "disable_corrector",
        ],
        SchedulerFamily.Euler => ["use_exponential_sigmas", "use_beta_sigmas", "interpolation_type", "timestep_type"],
        SchedulerFamily.Ddim or SchedulerFamily.Lcm => ["thresholding"],
        _ => [],
    };
}
