using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;

namespace Farthing.Gateway.Keys;

/// <summary>
/// The keys of one provider and their health. A key is chosen by weight among those that serve the model and are well; one that
/// was refused is out until a probe succeeds, one that was limited rests for as long as it was told to, and one that was refused a model is passed
/// over for it until a call tries again.
/// </summary>
/// <remarks>Safe for threads. Health outlives a request, so that the next one does not try a dead key first.</remarks>
public sealed class KeyRing
{
    private readonly Lock _gate = new();
    private readonly ResilienceOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly KeyHealth[] _keys;

    // Read without the lock, so that a call whose models nobody refused takes it once.
    private volatile bool _hasRefusedModels;

    /// <summary>Makes a ring in which every key is well.</summary>
    /// <param name="provider">The provider; one that takes no key has one choice, <see cref="NoKey"/>.</param>
    /// <param name="options">How long keys rest.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Numbers from 0 up to and without 1; must be safe for threads.</param>
    public KeyRing(ProviderOptions provider, ResilienceOptions options, TimeProvider time, Func<double> random)
    {
        ArgumentNullException.ThrowIfNull(provider);
        (_options, _time, _random) = (options, time, random);
        _keys = provider.Keys.Count == 0 ? [new KeyHealth(NoKey)] : [.. provider.Keys.Select(static key => new KeyHealth(key))];
    }

    /// <summary>Stands for the key of a server that takes none: nothing is sent.</summary>
    public static KeyOptions NoKey { get; } = new("none", new Secret("none"));

    /// <summary>
    /// Chooses a key; null when none of the model's keys is well or all were tried. <see cref="Ended"/> must follow, for the call may be the one that
    /// tries a refused model again.
    /// </summary>
    /// <param name="model">The model as the provider knows it.</param>
    /// <param name="tried">Keys not to choose again.</param>
    public KeyOptions? Choose(string model, IReadOnlyCollection<KeyOptions> tried)
    {
        ArgumentNullException.ThrowIfNull(tried);
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var (sum, candidates) = (0.0, 0);
            foreach (var key in _keys)
            {
                key.IsCandidate = key.Serves(model) && key.IsWell(now) && key.Refused.MayTry(model, now) && !tried.Contains(key.Key);
                sum += key.IsCandidate ? key.Key.Weight : 0;
                candidates += key.IsCandidate ? 1 : 0;
            }

            // Chance costs a call of the system, and one key leaves nothing to chance.
            var point = candidates > 1 ? _random() * sum : 0;
            KeyHealth? chosen = null;
            foreach (var key in _keys)
            {
                if (key.IsCandidate)
                {
                    chosen = key;
                    point -= key.Key.Weight;
                    if (point < 0)
                    {
                        break;
                    }
                }
            }

            chosen?.Refused.Begin(model);
            return chosen?.Key;
        }
    }

    /// <summary>An attempt with a chosen key has ended, which may tell whether the key may use the model.</summary>
    /// <param name="key">The key.</param>
    /// <param name="model">The model that it was chosen for.</param>
    /// <param name="fault">What came of it; null where it was not made.</param>
    public void Ended(KeyOptions key, string model, AttemptFault? fault)
    {
        if (fault != AttemptFault.ModelRefused && !_hasRefusedModels)
        {
            return;
        }

        lock (_gate)
        {
            var refused = Find(key).Refused;
            switch (fault)
            {
                case AttemptFault.None:
                    refused.Forget(model);
                    break;
                case AttemptFault.ModelRefused:
                    refused.Refuse(model, _time.GetUtcNow(), _options.KeyProbe);
                    break;
                default:
                    refused.Leave(model, _time.GetUtcNow());
                    break;
            }

            _hasRefusedModels = Array.Exists(_keys, static each => !each.Refused.IsEmpty);
        }
    }

    /// <summary>Whether a key that is well is passed over because its provider does not give it a model.</summary>
    public bool Refuses(string model)
    {
        if (!_hasRefusedModels)
        {
            return false;
        }

        lock (_gate)
        {
            var now = _time.GetUtcNow();
            return Array.Exists(_keys, key => key.Serves(model) && key.IsWell(now) && !key.Refused.MayTry(model, now));
        }
    }

    /// <summary>Whether any key may serve a model, well or not.</summary>
    public bool Serves(string model) => Array.Exists(_keys, key => key.Serves(model));

    /// <summary>When the first resting key of a model is well again; null when none rests.</summary>
    public DateTimeOffset? RestsUntil(string model)
    {
        lock (_gate)
        {
            // A rest that is over stays written down until the next one.
            var now = _time.GetUtcNow();
            return _keys.Where(key => key.Serves(model) && key.CoolUntil > now && !key.IsOut).Min(static key => key.CoolUntil);
        }
    }

    /// <summary>A provider answered 429: the key rests.</summary>
    /// <param name="key">The key.</param>
    /// <param name="retryAfter">For how long the provider said; null where it did not.</param>
    public void Limited(KeyOptions key, TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            Find(key).CoolUntil = _time.GetUtcNow() + (retryAfter ?? _options.KeyCooling);
        }
    }

    /// <summary>A provider answered 401, 402 or 403: the key is out until a probe succeeds.</summary>
    public void Refused(KeyOptions key)
    {
        lock (_gate)
        {
            Find(key).GoOut(_time.GetUtcNow(), _options.KeyProbe);
        }
    }

    /// <summary>Keys that are out and whose next probe is due. Each is handed out once until its probe is reported.</summary>
    public IReadOnlyList<KeyOptions> DueForProbe()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var due = _keys.Where(key => key.IsOut && key.ProbeAt <= now).ToList();
            due.ForEach(static key => key.ProbeAt = DateTimeOffset.MaxValue);
            return [.. due.Select(static key => key.Key)];
        }
    }

    /// <summary>What a probe found.</summary>
    public void Probed(KeyOptions key, bool isWell)
    {
        lock (_gate)
        {
            var found = Find(key);
            if (isWell)
            {
                found.ComeBack();
            }
            else
            {
                found.GoOut(_time.GetUtcNow(), _options.KeyProbe);
            }
        }
    }

    /// <summary>How many keys are well now, and how many there are.</summary>
    public (int Well, int All) Count()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            return (_keys.Count(key => key.IsWell(now)), _keys.Length);
        }
    }

    /// <summary>How each key is now.</summary>
    public IReadOnlyList<KeyLook> Look()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            return [.. _keys.Select(key => new KeyLook(key.Key.Id, key.IsOut ? KeyState.Out : key.IsWell(now) ? KeyState.Well : KeyState.Cooling)
            {
                Until = key.IsOut ? (key.ProbeAt == DateTimeOffset.MaxValue ? null : key.ProbeAt) : key.IsWell(now) ? null : key.CoolUntil,
                RefusedModels = key.Refused.Look(),
            })];
        }
    }

    /// <summary>Takes over the health of the keys that an earlier ring had too.</summary>
    internal void CarryFrom(KeyRing earlier)
    {
        lock (earlier._gate)
        {
            foreach (var key in _keys)
            {
                if (Array.Find(earlier._keys, each => each.Key.IsSame(key.Key)) is { } same)
                {
                    key.CarryFrom(same, _time.GetUtcNow());
                }
            }

            _hasRefusedModels = Array.Exists(_keys, static each => !each.Refused.IsEmpty);
        }
    }

    private KeyHealth Find(KeyOptions key) => Array.Find(_keys, each => ReferenceEquals(each.Key, key))
        ?? throw new ArgumentException("The key is not of this ring.", nameof(key));
}
