namespace Farthing.Rendering.Imaging.Sheets;

/// <summary>
/// Letters of 5×7 pixels for the contact sheet. A font of its own, so that a sheet looks the same on a machine without any.
/// </summary>
internal static class PixelFont
{
    /// <summary>Pixels from one letter to the next, at scale 1.</summary>
    public const int Advance = 6;

    /// <summary>Pixels from one line to the next, at scale 1.</summary>
    public const int LineHeight = 10;

    private const int Columns = 5;
    private const int Rows = 7;
    private const char First = ' ';

    // Seven rows a letter from ' ' to '~', five bits each, the leftmost pixel the highest bit.
    private static readonly byte[] Letters = Convert.FromHexString(
        "00000000000000" + "04040404040004" + "0A0A0A00000000" + "0A0A1F0A1F0A0A" + "040F140E051E04" + "18190204081303" + "0C12140815120D" + "04040800000000"
        + "02040808080402" + "08040202020408" + "0004150E150400" + "0004041F040400" + "000000000C0408" + "0000000E000000" + "00000000000C0C" + "01010204081010"
        + "0E11131519110E" + "040C040404040E" + "0E11010204081F" + "1F02040201110E" + "02060A121F0202" + "1F101E0101110E" + "0608101E11110E" + "1F010204080808"
        + "0E11110E11110E" + "0E11110F01020C" + "000C0C000C0C00" + "000C0C000C0408" + "02040810080402" + "00001F001F0000" + "08040201020408" + "0E110102040004"
        + "0E11010D15150E" + "0E1111111F1111" + "1E11111E11111E" + "0E11101010110E" + "1C12111111121C" + "1F10101E10101F" + "1F10101E101010" + "0E11101711110F"
        + "1111111F111111" + "0E04040404040E" + "0702020202120C" + "11121418141211" + "1010101010101F" + "111B1515111111" + "11111915131111" + "0E11111111110E"
        + "1E11111E101010" + "0E11111115120D" + "1E11111E141211" + "0F10100E01011E" + "1F040404040404" + "1111111111110E" + "11111111110A04" + "1111111515150A"
        + "11110A040A1111" + "1111110A040404" + "1F01020408101F" + "0E08080808080E" + "10100804020101" + "0E02020202020E" + "040A1100000000" + "0000000000001F"
        + "08040200000000" + "00000E010F110F" + "1010161911111E" + "00000E1010110E" + "01010D1311110F" + "00000E111F100E" + "0609081C080808" + "000F11110F010E"
        + "10101619111111" + "04000C0404040E" + "0200060202120C" + "10101214181412" + "0C04040404040E" + "00001A15151111" + "00001619111111" + "00000E1111110E"
        + "00001E111E1010" + "00000D130F0101" + "00001619101010" + "00000E100E011E" + "08081C08080906" + "0000111111130D" + "00001111110A04" + "0000111115150A"
        + "0000110A040A11" + "000011110F010E" + "00001F0204081F" + "02040408040402" + "04040404040404" + "08040402040408" + "00000815020000");

    /// <summary>Writes a line; what goes beyond the picture is cut off.</summary>
    /// <param name="picture">RGB.</param>
    /// <param name="left">Left edge in pixels.</param>
    /// <param name="top">Upper edge.</param>
    /// <param name="text">Any text; what is not ASCII becomes a near letter or '?'.</param>
    /// <param name="scale">Pixels a dot.</param>
    /// <param name="grey">The ink.</param>
    public static void Write(Raster picture, int left, int top, string text, int scale, byte grey)
    {
        foreach (char letter in text)
        {
            int index = (Near(letter) - First) * Rows;
            for (int dot = 0; dot < Columns * Rows; dot++)
            {
                if ((Letters[index + dot / Columns] >> (Columns - 1 - dot % Columns) & 1) != 0)
                {
                    Fill(picture, left + dot % Columns * scale, top + dot / Columns * scale, scale, scale, grey);
                }
            }

            left += Advance * scale;
        }
    }

    /// <summary>Breaks a text at blanks into lines of so many letters; what does not fit into the last ends in dots.</summary>
    public static IReadOnlyList<string> Wrap(string text, int letters, int lines)
    {
        List<string> result = [];
        string rest = text.Trim();
        while (rest.Length > letters && result.Count < lines - 1)
        {
            int cut = rest.LastIndexOf(' ', letters);
            cut = cut > 0 ? cut : letters;
            result.Add(rest[..cut]);
            rest = rest[cut..].TrimStart();
        }

        result.Add(rest.Length > letters ? rest[..(letters - 3)] + "..." : rest);
        return result;
    }

    /// <summary>Fills a rectangle; what goes beyond the picture is cut off.</summary>
    public static void Fill(Raster picture, int left, int top, int width, int height, byte grey)
    {
        int from = Math.Max(0, left), to = Math.Min(picture.Width, left + width);
        for (int y = Math.Max(0, top); y < Math.Min(picture.Height, top + height) && from < to; y++)
        {
            picture.Pixels.AsSpan((y * picture.Width + from) * 3, (to - from) * 3).Fill(grey);
        }
    }

    private static char Near(char letter) => letter switch
    {
        >= ' ' and <= '~' => letter,
        '×' => 'x',
        '–' or '—' or '−' => '-',
        '·' => '.',
        '’' or '‘' => '\'',
        '“' or '”' => '"',
        _ => '?',
    };
}
