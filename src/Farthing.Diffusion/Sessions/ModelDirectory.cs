using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Farthing.Diffusion.Quantization;

namespace Farthing.Diffusion.Sessions;

/// <summary>
/// A pipeline's directory in the layout that optimum writes: a folder a part, each with model.onnx and config.json,
/// tokenizers and the scheduler's configuration beside them. Opening it reads the configurations only.
/// </summary>
public sealed class ModelDirectory
{
    private static readonly string[] ModelParts =
        ["text_encoder", "text_encoder_2", "text_encoder_3", "unet", "vae_encoder", "vae_decoder"];

    private readonly List<string> _problems = [];
    private readonly QuantizationManifest? _quantization;
    private readonly Lazy<ModelPrecision> _weights;

    private ModelDirectory(string path)
    {
        Root = path;
        Index = Read("model_index.json", ModelConfigJson.Default.ModelIndex) ?? new ModelIndex(null);
        UNet = Read("unet/config.json", ModelConfigJson.Default.UNetConfig)
            ?? new UNetConfig(null, null, null, null, null, null, null, null);
        Vae = Read("vae_decoder/config.json", ModelConfigJson.Default.VaeConfig) ?? new VaeConfig(null, null, null, null);
        RefuseOtherFamilies();
        TextEncoders = FindTextEncoders();
        RequireModel("unet");
        RequireModel("vae_decoder");
        Require("scheduler/scheduler_config.json");
        CheckVae();
        _quantization = ReadManifest();
        _weights = new(() => WeightTypes.Precision(ModelFile("unet")));
    }

    /// <summary>The directory's path as it was given.</summary>
    public string Root { get; }

    /// <summary>Whether the UNet takes SDXL's pooled text and time ids.</summary>
    public bool IsXl => UNet.AdditionEmbedType == "text_time" || HasModel("text_encoder_2");

    /// <summary>Whether pictures can be encoded, which image to image and background replacement need.</summary>
    public bool HasVaeEncoder => HasModel("vae_encoder");

    /// <summary>Pixels a latent cell is wide: 8 for SD and SDXL.</summary>
    public int PixelsPerCell => 1 << (Math.Max(1, Vae.BlockOutChannels?.Length ?? 4) - 1);

    /// <summary>Side of the picture, in pixels, that the model was made for.</summary>
    public int NativeSize => (UNet.SampleSize ?? 64) * PixelsPerCell;

    /// <summary>
    /// The numbers that the UNet computes with: what quantization.json says, or where there is none, what most of its weights are.
    /// </summary>
    public ModelPrecision Precision =>
        ModelPrecisionNames.TryParse(_quantization?.Precision, out var stated) ? stated : _weights.Value;

    /// <summary>The hash of the model that this one was made from by the quantizer; null for a model as it was exported.</summary>
    public string? SourceModel => _quantization?.SourceModel;

    /// <summary>Bytes of the UNet and its external data.</summary>
    public long UNetBytes => ModelBytes("unet");

    /// <summary>Bytes of all models and their external data.</summary>
    public long TotalBytes => ModelParts.Where(HasModel).Sum(ModelBytes);

    internal ModelIndex Index { get; }

    internal UNetConfig UNet { get; }

    internal VaeConfig Vae { get; }

    internal IReadOnlyList<TextEncoderPart> TextEncoders { get; }

    /// <summary>A text encoder and its tokenizer's folder.</summary>
    internal sealed record TextEncoderPart(string Name, string TokenizerFolder, TextEncoderConfig Config);

    /// <summary>Reads a directory's configurations and checks that its parts are there and fit.</summary>
    /// <exception cref="ModelDirectoryException">Something is missing or odd; the message lists everything.</exception>
    public static ModelDirectory Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new ModelDirectoryException(path, ["There is no such directory; give the folder that holds model_index.json."]);
        }

        var directory = new ModelDirectory(path);
        return directory._problems.Count == 0
            ? directory
            : throw new ModelDirectoryException(path, directory._problems);
    }

    internal string ModelFile(string part) => Path.Combine(Root, part, "model.onnx");

    internal bool HasModel(string part) => File.Exists(ModelFile(part));

    internal string Folder(string name) => Path.Combine(Root, name);

    /// <summary>Bytes of a part's model and its external data.</summary>
    internal long ModelBytes(string part) =>
        new DirectoryInfo(Folder(part)).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => f.Extension is ".onnx" or ".onnx_data" or ".bin" or ".data")
            .Sum(f => f.Length);

    private T? Read<T>(string relative, JsonTypeInfo<T> type)
        where T : class
    {
        string path = Path.Combine(Root, relative);
        if (!File.Exists(path))
        {
            _problems.Add($"{relative} is missing; export the pipeline again, or copy the file from its source.");
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, type);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{relative} can't be read: {e.Message}");
            return null;
        }
    }

    private QuantizationManifest? ReadManifest()
    {
        try
        {
            var manifest = QuantizationManifest.Read(Root);
            if (manifest is not null && !ModelPrecisionNames.TryParse(manifest.Precision, out _))
            {
                _problems.Add($"{QuantizationManifest.FileName}: the precision '{manifest.Precision}' is unknown; quantize the model again.");
            }

            return manifest;
        }
        catch (Exception e) when (e is QuantizationException or IOException or UnauthorizedAccessException)
        {
            _problems.Add(e.Message);
            return null;
        }
    }

    private void Require(string relative)
    {
        if (!File.Exists(Path.Combine(Root, relative)))
        {
            _problems.Add($"{relative} is missing; export the pipeline again, or copy the file from its source.");
        }
    }

    private void RequireModel(string part)
    {
        Require($"{part}/model.onnx");
        if (HasModel(part) && new FileInfo(ModelFile(part)).Length == 0)
        {
            _problems.Add($"{part}/model.onnx is empty; the copy or download was cut off.");
        }
    }

    private void RefuseOtherFamilies()
    {
        if (Directory.Exists(Folder("transformer")))
        {
            _problems.Add("'transformer' stands where 'unet' should: SD3, Flux and other transformer models are not supported.");
        }

        if (Index.RequiresAestheticsScore)
        {
            _problems.Add("model_index.json asks for an aesthetics score: the SDXL refiner is not supported, only the base model.");
        }

        if (UNet.TimeCondProjDim is not null && UNet.TimeCondProjDim <= 0)
        {
            _problems.Add($"unet/config.json: time_cond_proj_dim is {UNet.TimeCondProjDim}; it must be positive or left out.");
        }
    }

    private List<TextEncoderPart> FindTextEncoders()
    {
        var found = new List<TextEncoderPart>();
        bool needsSecond = UNet.AdditionEmbedType == "text_time";
        (string Part, string Tokenizer, bool Needed)[] layout =
        [
            ("text_encoder", "tokenizer", true),
            ("text_encoder_2", "tokenizer_2", needsSecond),
            ("text_encoder_3", "tokenizer_3", false),
        ];
        foreach (var (part, tokenizer, needed) in layout)
        {
            if (!needed && !Directory.Exists(Folder(part)))
            {
                continue;
            }

            RequireModel(part);
            if (!Directory.Exists(Folder(tokenizer)))
            {
                _problems.Add($"the folder {tokenizer} is missing; {part} can't be used without it.");
            }

            if (Read($"{part}/config.json", ModelConfigJson.Default.TextEncoderConfig) is { } config)
            {
                CheckTextEncoder(part, config);
                found.Add(new TextEncoderPart(part, tokenizer, config));
            }
        }

        return found;
    }

    private void CheckTextEncoder(string part, TextEncoderConfig config)
    {
        if (config.ModelType is not null && config.ModelType != "t5" && config.ModelType != "t5_encoder"
            && !config.ModelType.StartsWith("clip", StringComparison.Ordinal))
        {
            _problems.Add($"{part}/config.json: model_type '{config.ModelType}' is not supported; CLIP and T5 encoders are.");
        }

        if (config.Width is not > 0)
        {
            _problems.Add($"{part}/config.json: hidden_size (d_model for T5) is missing.");
        }
    }

    private void CheckVae()
    {
        if (Vae.ScalingFactor is not > 0)
        {
            _problems.Add("vae_decoder/config.json has no scaling_factor; latents can't be scaled by a guess. Copy it from the source model.");
        }

        if (UNet.InChannels is { } channels && channels != 4 && channels != 9)
        {
            _problems.Add($"unet/config.json: in_channels is {channels}; 4 (and 9 for inpainting) are supported.");
        }
    }
}
