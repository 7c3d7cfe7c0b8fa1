using System.Text;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>
/// Where a command prints: results to standard output, everything else to standard error, so that a pipe gets nothing
/// but the result.
/// </summary>
internal sealed class Screen
{
    // Nobody wraps a file; a terminal says its own width.
    private const int FileWidth = 200;

    /// <summary>Prints to two consoles.</summary>
    /// <param name="result">Standard output.</param>
    /// <param name="notes">Standard error.</param>
    /// <param name="isLive">Whether notes may be drawn over again.</param>
    public Screen(IAnsiConsole result, IAnsiConsole notes, bool isLive) => (Result, Notes, IsLive) = (result, notes, isLive);

    /// <summary>Tables, JSON and CSV.</summary>
    public IAnsiConsole Result { get; }

    /// <summary>Progress, warnings and errors.</summary>
    public IAnsiConsole Notes { get; }

    /// <summary>Whether progress is a live display rather than lines.</summary>
    public bool IsLive { get; }

    /// <summary>The consoles of this process, in UTF-8; colours only in a terminal where NO_COLOR is not set.</summary>
    public static Screen OfProcess()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        bool isDumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        return new Screen(
            Create(Console.Out, Console.IsOutputRedirected || isDumb),
            Create(Console.Error, Console.IsErrorRedirected || isDumb),
            isLive: !Console.IsErrorRedirected && !isDumb);
    }

    /// <summary>A line of the result, as it is: never wrapped, never coloured.</summary>
    public void Write(string line) => Line(Result, line);

    /// <summary>A line for the person at the terminal.</summary>
    public void Note(string line) => Line(Notes, line);

    private static void Line(IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(Printable(line));

    /// <summary>Without the control characters that a prompt or a file name could drive a terminal with.</summary>
    internal static string Printable(string text) =>
        text.Any(IsControl) ? new string([.. text.Select(static c => IsControl(c) ? '?' : c)]) : text;

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    private static IAnsiConsole Create(TextWriter writer, bool isPlain)
    {
        bool noColour = isPlain || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = noColour ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isPlain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        if (isPlain)
        {
            console.Profile.Width = FileWidth;
        }

        return console;
    }
}
