using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Pipelines;

/// <summary>
/// A loaded SDXL or SD 1.5 pipeline, stage by stage: encode text, encode a picture, denoise, decode. Safe for many
/// threads; each thread that denoises makes a <see cref="Denoiser"/> of its own.
/// </summary>
public sealed class DiffusionPipeline : IDisposable
{
    private const int LatentChannels = 4;

    private readonly PromptEncoder _prompts;
    private readonly UNetVariant _unet;
    private readonly ExecutionOptions _execution;
    private readonly Vae _decoder;
    private readonly Vae? _encoder;
    private readonly Lazy<EncodedPrompt> _unconditional;

    private DiffusionPipeline(ModelDirectory directory, SchedulerConfig schedulers, PromptEncoder prompts, UNetVariant unet, ExecutionOptions execution, Vae decoder, Vae? encoder)
    {
        Directory = directory;
        SchedulerConfig = schedulers;
        _prompts = prompts;
        _unet = unet;
        _execution = execution;
        _decoder = decoder;
        _encoder = encoder;
        _unconditional = new(() => Directory.Index.ForceZerosForEmptyPrompt ? _prompts.Zeros() : _prompts.Encode([""])[0]);
    }

    /// <summary>The directory that was loaded.</summary>
    public ModelDirectory Directory { get; }

    /// <summary>Its tokenizers and text encoders, for whoever takes their steps one by one.</summary>
    public PromptEncoder Prompts => _prompts;

    /// <summary>The model's scheduler_config.json.</summary>
    public SchedulerConfig SchedulerConfig { get; }

    /// <summary>What guidance pushes away from when no negative prompt is given: zeros, or an encoded "".</summary>
    public EncodedPrompt Unconditional => _unconditional.Value;

    /// <summary>Whether the UNet is made for inpainting: 9 channels, mask and masked picture among them.</summary>
    public bool IsInpaintingModel => UNet.Signature.InChannels == 9;

    internal float ScalingFactor => Directory.Vae.ScalingFactor!.Value;

    internal float ShiftFactor => Directory.Vae.ShiftFactor ?? 0;

    /// <summary>Whether both halves of guidance run; a guidance-distilled model takes the scale as an input instead.</summary>
    internal bool IsGuided(float guidanceScale) => guidanceScale > 1 && UNet.Signature.GuidanceWidth == 0;

    internal UNet UNet => _unet.Model;

    /// <summary>Loads a further UNet, such as the same model's in another precision. Text encoders and VAE stay as they are.</summary>
    /// <param name="directory">A model directory whose UNet takes the same texts and latents.</param>
    /// <exception cref="ModelDirectoryException">It can't be run, or its UNet does not fit.</exception>
    public UNetVariant LoadUNet(string directory) => UNetVariant.Load(ModelDirectory.Open(directory), Directory, _execution);

    internal UNetShape ShapeOf(int items, int width, int height, float guidanceScale, int sequence)
    {
        int cell = Directory.PixelsPerCell;
        return new UNetShape(IsGuided(guidanceScale) ? 2 * items : items, height / cell, width / cell, sequence);
    }

    /// <summary>Loads a directory in the layout that optimum writes.</summary>
    /// <exception cref="ModelDirectoryException">It can't be run; the message lists everything missing or odd.</exception>
    public static DiffusionPipeline Load(string directory, PipelineOptions? options = null)
    {
        options ??= new PipelineOptions();
        var model = ModelDirectory.Open(directory);
        List<string> problems = [];
        var schedulers = LoadSchedulers(model, problems);
        var unet = LoadUNet(model, options, problems);
        var prompts = PromptEncoder.Load(model, options, problems);
        var decoder = Vae.LoadDecoder(model, options.Execution, problems);
        var encoder = model.HasVaeEncoder ? Vae.LoadEncoder(model, options.Execution, problems) : null;
        if (problems.Count == 0)
        {
            return new DiffusionPipeline(model, schedulers, prompts, unet!, options.Execution, decoder!, encoder);
        }

        unet?.Dispose();
        prompts.Dispose();
        decoder?.Dispose();
        encoder?.Dispose();
        throw new ModelDirectoryException(directory, problems);
    }

    /// <summary>Encodes prompts, one run of each encoder for all of them.</summary>
    public IReadOnlyList<EncodedPrompt> Encode(IReadOnlyList<string> prompts) => _prompts.Encode(prompts);

    /// <summary>Encodes a picture for image to image or inpainting.</summary>
    /// <param name="picture">Sides in multiples of 8.</param>
    /// <exception cref="InvalidOperationException">The model has no vae_encoder.</exception>
    public ImageLatents Encode(RgbPicture picture)
    {
        float[] planes = new float[picture.Pixels.Length];
        PixelNormalization.ToPlanes(picture.Pixels, picture.Width * picture.Height, planes);
        return Encode(planes, picture.Width, picture.Height);
    }

    /// <summary>Encodes a picture with its masked part blanked, the further condition of a 9-channel model.</summary>
    /// <param name="picture">Sides in multiples of 8.</param>
    /// <param name="mask">[height, width]: 1 where the picture is drawn anew.</param>
    public ImageLatents EncodeMasked(RgbPicture picture, ReadOnlySpan<float> mask)
    {
        float[] planes = new float[picture.Pixels.Length];
        PixelNormalization.ToPlanes(picture.Pixels, picture.Width * picture.Height, planes);
        MaskImage.Cover(planes, mask, planes);
        return Encode(planes, picture.Width, picture.Height);
    }

    /// <summary>Makes the buffers and bindings of one denoising thread.</summary>
    /// <param name="unet">The UNet to denoise with; null for the pipeline's own.</param>
    public Denoiser CreateDenoiser(UNetVariant? unet = null) => new(this, (unet ?? _unet).Model);

    /// <summary>
    /// Compiles the UNet for a shape of batch, which otherwise happens when the first such batch is denoised.
    /// </summary>
    /// <param name="items">Pictures of the batch.</param>
    /// <param name="width">Width in pixels, a multiple of 8.</param>
    /// <param name="height">Height in pixels, a multiple of 8.</param>
    /// <param name="guidanceScale">Guidance scale: over 1 each picture takes two rows.</param>
    /// <param name="unet">Which UNet; null for the pipeline's own.</param>
    public void WarmUp(int items, int width, int height, float guidanceScale, UNetVariant? unet = null)
    {
        var model = (unet ?? _unet).Model;
        using var run = new UNetRun(model, ShapeOf(items, width, height, guidanceScale, _prompts.Sequence));
        run.Begin(new float[TimeIds.Length], GuidanceEmbedding.Of(guidanceScale, model.Signature.GuidanceWidth));
    }

    /// <summary>Decodes one picture's latents.</summary>
    /// <param name="latents">[4, height/8, width/8], scaled as <see cref="Denoiser"/> gives them.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <exception cref="DiffusionException">The decoder gave no numbers: NaN from overflow, as fp16 VAEs do.</exception>
    public RgbPicture Decode(ReadOnlySpan<float> latents, int width, int height)
    {
        float[] scaled = latents.ToArray();
        VaeLatents.ScaleForDecoder(scaled, ScalingFactor);
        if (ShiftFactor != 0)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(scaled, ShiftFactor, scaled);
        }

        int cell = Directory.PixelsPerCell;
        float[] planes = new float[3 * width * height];
        _decoder.Run(scaled, [1, LatentChannels, height / cell, width / cell], planes, [1, 3, height, width]);
        if (!float.IsFinite(System.Numerics.Tensors.TensorPrimitives.Sum<float>(planes)))
        {
            throw new DiffusionException(
                "The decoder gave values that are no numbers. If its weights are fp16, export vae_decoder in fp32.");
        }

        byte[] pixels = new byte[planes.Length];
        PixelNormalization.ToPixels(planes, width * height, pixels);
        return new RgbPicture(width, height, pixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _prompts.Dispose();
        _unet.Dispose();
        _decoder.Dispose();
        _encoder?.Dispose();
    }

    private ImageLatents Encode(ReadOnlySpan<float> planes, int width, int height)
    {
        if (_encoder is null)
        {
            throw new InvalidOperationException(
                $"The model in '{Directory.Root}' has no vae_encoder, which pictures need; export it again with its VAE encoder.");
        }

        int cell = Directory.PixelsPerCell, channels = _encoder.IsSampled ? LatentChannels : 2 * LatentChannels;
        float[] values = new float[channels * (height / cell) * (width / cell)];
        _encoder.Run(planes, [1, 3, height, width], values, [1, channels, height / cell, width / cell]);
        return new ImageLatents(values, _encoder.IsSampled, ScalingFactor);
    }

    private static UNetVariant? LoadUNet(ModelDirectory model, PipelineOptions options, List<string> problems)
    {
        var source = options.UNetDirectory is { } other ? ModelDirectory.Open(other) : model;
        return UNetVariant.Load(source, model, options.Execution, problems);
    }

    private static SchedulerConfig LoadSchedulers(ModelDirectory model, List<string> problems)
    {
        try
        {
            return SchedulerConfig.Load(Path.Combine(model.Folder("scheduler"), "scheduler_config.json"));
        }
        catch (SchedulerConfigException e)
        {
            problems.Add(e.Message);
            return SchedulerConfig.Empty;
        }
    }
}
