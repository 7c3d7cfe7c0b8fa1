namespace Farthing.Simulation.Serving;

/// <summary>
/// Ends a response in its middle: Kestrel then closes the connection behind what was sent and leaves out the end of the body. Aborting
/// would reset it, and take from the client what had been sent already.
/// </summary>
internal sealed class CutException() : Exception("The scenario cuts this answer.");
