using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Pipelines;

/// <summary>Whether a request fits the model and itself.</summary>
internal static class DenoiseRequestChecks
{
    public static void Check(DenoiseRequest request, DiffusionPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(request);
        var problems = Problems(request, pipeline.Directory, pipeline.IsInpaintingModel).ToList();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(request));
        }
    }

    private static IEnumerable<string> Problems(DenoiseRequest request, ModelDirectory directory, bool inpaintingModel)
    {
        int cell = directory.PixelsPerCell;
        if (request.Items.Count == 0)
        {
            yield return "The batch is empty.";
            yield break;
        }

        if (request.Width <= 0 || request.Height <= 0 || request.Width % cell != 0 || request.Height % cell != 0)
        {
            yield return $"{request.Width}×{request.Height} is no size for this model: both sides must be multiples of {cell}.";
            yield break;
        }

        if (request.Steps is < 1 or > 1000)
        {
            yield return $"{request.Steps} steps were asked for; 1 to 1000 can be done.";
        }

        if (!float.IsFinite(request.GuidanceScale) || request.Strength is not (> 0 and <= 1) || request.GuidanceRescale is not (>= 0 and <= 1))
        {
            yield return "Guidance must be a number, strength over 0 to 1, guidance rescale 0 to 1.";
        }

        int plane = request.Width / cell * (request.Height / cell);
        var first = request.Items[0];
        foreach (var (item, index) in request.Items.Select((item, index) => (item, index)))
        {
            if (item.Prompt.Sequence != first.Prompt.Sequence)
            {
                yield return $"Item {index}: the prompts of a batch must have equally many states.";
            }

            if ((item.Source is null) != (first.Source is null) || (item.Mask is null) != (first.Mask is null))
            {
                yield return $"Item {index}: the items of a batch must all have a source, or a mask, or none may.";
            }

            if (item.Mask is not null && item.Source is null)
            {
                yield return $"Item {index}: a mask needs a source picture.";
            }

            if (item.Source is { } source && source.Length != 4 * plane)
            {
                yield return $"Item {index}: the source picture has another size than the render.";
            }

            if (item.Mask is { } mask && mask.Length != plane)
            {
                yield return $"Item {index}: the mask has {mask.Length} cells; {plane} are needed.";
            }

            if (item.InitialLatents is { } latents && latents.Length != 4 * plane)
            {
                yield return $"Item {index}: {latents.Length} initial latents were given; {4 * plane} are needed.";
            }

            if (inpaintingModel && item.MaskedSource is null)
            {
                yield return $"Item {index}: this 9-channel model needs a mask and the masked source.";
            }
        }
    }
}
