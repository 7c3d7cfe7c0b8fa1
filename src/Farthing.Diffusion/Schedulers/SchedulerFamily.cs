namespace Farthing.Diffusion.Schedulers;

/// <summary>A scheduler class of diffusers; each has its own defaults.</summary>
internal enum SchedulerFamily
{
    DpmSolver,
    Euler,
    EulerAncestral,
    Ddim,
    Lcm,
    UniPc,
}
