namespace Farthing.Gateway.Configuration;

/// <summary><c>telemetry: {otlp, sample}</c></summary>
internal static class TelemetrySection
{
    public static TelemetryOptions Read(YamlMap? map)
    {
        var options = new TelemetryOptions();
        if (map is null)
        {
            return options;
        }

        options = new TelemetryOptions { Otlp = ReadUrl(map), Sample = map.Number("sample", 0, 1, options.Sample) };
        map.RefuseOthers();
        return options;
    }

    private static Uri? ReadUrl(YamlMap map)
    {
        if (map.Text("otlp") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
        {
            return url;
        }

        map.Refuse("otlp", $"'{text}' is no address of a collector: write one such as http://127.0.0.1:4318.");
        return null;
    }
}
