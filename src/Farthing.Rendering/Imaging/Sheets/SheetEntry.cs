namespace Farthing.Rendering.Imaging.Sheets;

/// <summary>A pair of pictures on a contact sheet.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Figures">A line of figures.</param>
/// <param name="Text">What it should show.</param>
/// <param name="Left">RGB; null where there is no picture.</param>
/// <param name="Right">RGB of the same size; null where there is no picture.</param>
public sealed record SheetEntry(string Title, string Figures, string Text, Raster? Left, Raster? Right);
