namespace Farthing.Simulation.Scenarios;

/// <summary>Calls of one kind and how they go.</summary>
/// <param name="Name">Shown in the counts.</param>
/// <param name="When">Which calls.</param>
/// <param name="Then">How they go.</param>
internal sealed record ScenarioRule(string Name, RuleFilter When, RuleAction Then);
