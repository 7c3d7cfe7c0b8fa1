namespace Farthing.Gateway.Booking;

/// <summary>A line of a journal that is still at hand.</summary>
/// <param name="File">The file's number.</param>
/// <param name="Begin">Where it begins there.</param>
/// <param name="End">Where the next one begins.</param>
/// <param name="Record">What it says.</param>
internal readonly record struct RecentLine(int File, long Begin, long End, AttemptRecord Record);

/// <summary>
/// Lines that a journal wrote and nobody read yet, so that who reads behind need not make records of JSON again. What does not fit is in the
/// files alone, so its memory is bounded. The oldest stay, since they are read next: who is far behind would find none of the last. Not safe for threads.
/// </summary>
internal sealed class RecentLines
{
    private const int Most = 8_192;
    private readonly Queue<RecentLine> _lines = new();

    /// <summary>Keeps a line where there is room.</summary>
    public void Add(in RecentLine line)
    {
        if (_lines.Count < Most)
        {
            _lines.Enqueue(line);
        }
    }

    /// <summary>Takes the lines that follow each other from a place of a file on; none where the first of them is not at hand.</summary>
    /// <param name="file">The file's number.</param>
    /// <param name="from">Where the first begins.</param>
    /// <param name="into">Gets them.</param>
    /// <param name="most">How many at most.</param>
    public void Take(int file, long from, List<RecentLine> into, int most)
    {
        while (_lines.TryPeek(out var line) && (line.File, line.Begin).CompareTo((file, from)) <= 0 && into.Count < most)
        {
            // Lines before that place were read from the file.
            _lines.Dequeue();
            if (line.File == file && line.Begin == from)
            {
                into.Add(line);
                from = line.End;
            }
        }
    }
}
