using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Calls;

/// <summary>A model that clients may ask for.</summary>
/// <param name="Name">As they write it.</param>
/// <param name="Owner">Its provider's name in the configuration; <c>farthing</c> for a chain's own name.</param>
/// <param name="Target">What it means; a chain's first.</param>
public sealed record ListedModel(string Name, string Owner, ModelTarget Target);
