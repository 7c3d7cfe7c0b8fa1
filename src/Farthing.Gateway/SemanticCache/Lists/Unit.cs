namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>A unit as so many of a base unit.</summary>
/// <param name="Base">The base unit's name; only measures of one base are compared.</param>
/// <param name="Factor">How many of the base make one.</param>
internal sealed record Unit(string Base, decimal Factor);
