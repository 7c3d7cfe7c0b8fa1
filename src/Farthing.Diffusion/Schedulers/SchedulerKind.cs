namespace Farthing.Diffusion.Schedulers;

/// <summary>A scheduler that a user can choose by name; see <see cref="SchedulerKindNames"/>.</summary>
public enum SchedulerKind
{
    /// <summary>DPM++ 2M on Karras noise levels (<c>dpmpp-2m-karras</c>), the default.</summary>
    DpmPlusPlus2MKarras,

    /// <summary>DPM++ 2M SDE (<c>dpmpp-2m-sde</c>); Karras levels where the model's file asks for them.</summary>
    DpmPlusPlus2MSde,

    /// <summary>Euler (<c>euler</c>).</summary>
    Euler,

    /// <summary>Euler ancestral (<c>euler-a</c>).</summary>
    EulerAncestral,

    /// <summary>DDIM (<c>ddim</c>).</summary>
    Ddim,

    /// <summary>Latent consistency (<c>lcm</c>), for models distilled for it.</summary>
    Lcm,

    /// <summary>UniPC, a predictor–corrector method (<c>unipc</c>).</summary>
    UniPc,
}
