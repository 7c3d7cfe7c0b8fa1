namespace Farthing.Simulation.Answers;

/// <summary>An answer in one protocol's form, whole and as the pieces of a stream.</summary>
internal interface IAnswerForm
{
    /// <summary>The media type of its stream.</summary>
    string StreamType { get; }

    /// <summary>Whether the stream tells the tokens of the input before the answer begins.</summary>
    bool TellsInputFirst => false;

    /// <summary>The whole body, JSON.</summary>
    string Whole();

    /// <summary>What comes before the pieces of the answer.</summary>
    byte[] Opening();

    /// <summary>A piece of the answer, in every choice.</summary>
    byte[] Piece(string text);

    /// <summary>Something that the protocol does not allow.</summary>
    byte[] Malformed();

    /// <summary>What comes after the pieces.</summary>
    byte[] Closing();
}
