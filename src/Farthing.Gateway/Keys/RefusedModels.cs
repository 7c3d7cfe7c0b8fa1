namespace Farthing.Gateway.Keys;

/// <summary>
/// The models that a provider does not give one key, each until it is tried again: a call of a client's is the try, and until that has ended other calls go on
/// without. Its ring guards it.
/// </summary>
internal sealed class RefusedModels
{
    // Clients name models, so their number may not grow without end. What is not remembered is asked for again.
    private const int MostModels = 64;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, (DateTimeOffset TryAt, TimeSpan Wait)> _models = new(StringComparer.Ordinal);

    public bool IsEmpty => _models.Count == 0;

    /// <summary>Each model and when it is tried again; null for one that is being tried.</summary>
    public IReadOnlyList<RefusedModel> Look() =>
        IsEmpty ? [] : [.. _models.Select(static each => new RefusedModel(each.Key, each.Value.TryAt == DateTimeOffset.MaxValue ? null : each.Value.TryAt))];

    public bool MayTry(string model, DateTimeOffset now) => IsEmpty || !_models.TryGetValue(model, out var refused) || refused.TryAt <= now;

    /// <summary>A call is made with it: where the model was refused, it is the try.</summary>
    public void Begin(string model)
    {
        if (!IsEmpty && _models.TryGetValue(model, out var refused))
        {
            _models[model] = refused with { TryAt = DateTimeOffset.MaxValue };
        }
    }

    /// <summary>The provider refused it; each try that is refused doubles the wait.</summary>
    public void Refuse(string model, DateTimeOffset now, TimeSpan first)
    {
        var isKnown = _models.TryGetValue(model, out var refused);
        if (isKnown && refused.TryAt != DateTimeOffset.MaxValue)
        {
            // A call that began before the model was refused: the next try is planned already.
            return;
        }

        if (!isKnown && _models.Count == MostModels)
        {
            _models.Remove(_models.MinBy(static each => each.Value.TryAt).Key);
        }

        var longest = first > LongestWait ? first : LongestWait;
        var wait = !isKnown ? first : refused.Wait * 2 < longest ? refused.Wait * 2 : longest;
        _models[model] = (now + wait, wait);
    }

    /// <summary>The key may use it after all.</summary>
    public void Forget(string model) => _models.Remove(model);

    /// <summary>A call ended without an answer to whether the key may: the next one is the try.</summary>
    public void Leave(string model, DateTimeOffset now)
    {
        if (_models.TryGetValue(model, out var refused) && refused.TryAt == DateTimeOffset.MaxValue)
        {
            _models[model] = refused with { TryAt = now };
        }
    }

    /// <summary>Those of the same key of an earlier configuration. A try that is under way reports to the earlier one only.</summary>
    public void CarryFrom(RefusedModels earlier, DateTimeOffset now)
    {
        foreach (var (model, refused) in earlier._models)
        {
            _models[model] = refused.TryAt == DateTimeOffset.MaxValue ? refused with { TryAt = now } : refused;
        }
    }
}
