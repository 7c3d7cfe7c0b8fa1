using Farthing.Rendering.Imaging;
using Farthing.Rendering.Imaging.Sheets;

namespace Farthing.Tests.Rendering.Imaging.Sheets;

public sealed class ContactSheetTests
{
    private static readonly Raster Red = TestPictures.Rgb(100, 60, static (_, _) => (200, 10, 10));
    private static readonly Raster Redder = TestPictures.Rgb(100, 60, static (_, _) => (210, 10, 10));

    [Fact]
    public void Pairs_stand_beside_their_difference_eight_times_enlarged()
    {
        var sheet = Draw(new SheetEntry("one", "PSNR 40", "a red thing", Red, Redder));

        // 100×60 is enlarged threefold; the pictures of one pair end a margin's width above the lower edge.
        int bottom = sheet.Height - 8 - 24 - 1;
        Assert.Equal((2 * 24 + 3 * 300 + 2 * 8, 300), (sheet.Width, 3 * 100));
        Assert.Equal([200, 10, 10], At(sheet, 24, bottom));
        Assert.Equal([210, 10, 10], At(sheet, 24 + 308, bottom));
        Assert.Equal([80, 0, 0], At(sheet, 24 + 616, bottom));
        Assert.Equal([246, 246, 246], At(sheet, 24 + 304, bottom));
    }

    [Fact]
    public void Letters_are_drawn_and_cut_off_at_the_edge()
    {
        var picture = TestPictures.Rgb(14, 12, static (_, _) => (255, 255, 255));
        PixelFont.Write(picture, 0, 0, "Ip", 1, 0);
        string[] rows = [.. Enumerable.Range(0, 9).Select(y => string.Concat(Enumerable.Range(0, 11).Select(x => At(picture, x, y)[0] == 0 ? '#' : '.')))];

        Assert.Equal(
            [
                ".###.......",
                "..#........",
                "..#...#.##.",
                "..#...##..#",
                "..#...#...#",
                "..#...#...#",
                ".###..####.",
                "......#....",
                "......#....",
            ],
            rows);
        PixelFont.Write(picture, -3, 9, "é…\u0000 and further than the edge", 3, 0);
    }

    [Fact]
    public void Texts_break_at_blanks_and_end_in_dots() =>
        Assert.Equal(["a red mug", "on a ta..."], PixelFont.Wrap("a red mug on a table of oak", 10, 2));

    [Fact]
    public void A_missing_picture_and_a_large_one_have_their_places()
    {
        var large = TestPictures.Rgb(1024, 512, static (x, _) => (x / 8, 40, 90));
        var sheet = Draw(new SheetEntry("one", "", "", large, null), new SheetEntry("two", "", new string('x', 500), null, null), new SheetEntry("three", "", "", large, large));

        Assert.Equal(3 * 24 + 2 * (3 * 384 + 16), sheet.Width);
    }

    private static Raster Draw(params SheetEntry[] entries) => ContactSheet.Draw(["heading"], ("left", "right"), entries);

    private static byte[] At(Raster picture, int x, int y) => picture.Pixels.AsSpan((y * picture.Width + x) * 3, 3).ToArray();
}
