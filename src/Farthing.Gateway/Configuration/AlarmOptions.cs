using Farthing.Ledger.Alarms;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.Configuration;

/// <summary>What is watched, how often, and who is told.</summary>
public sealed record AlarmOptions
{
    /// <summary>How often a server looks. 5 to 86,400 s, default 60 s.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An alarm that still fires is told again after so long: 60 to 2,592,000 s, zero for never. Default 4 hours.</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Who is told; null for nobody.</summary>
    public WebhookOptions? Webhook { get; init; }

    /// <summary>What is watched, in the order of the file; one or more.</summary>
    public IReadOnlyList<AlarmRule> Rules { get; init; } = [];

    /// <summary>What is done about changes.</summary>
    public AlarmTelling Telling => new() { IsTold = Webhook is not null, Repeat = Repeat };

    /// <summary>Reads the section of a file that is no gateway's: the same, but without budgets.</summary>
    /// <param name="section">The section.</param>
    /// <param name="variable">Reads an environment variable; null where nobody is told, so that the webhook's secret is not looked up.</param>
    /// <param name="errors">Where faults go.</param>
    public static AlarmOptions? Read(YamlMappingNode section, Func<string, string?>? variable, List<GatewayConfigurationError> errors) =>
        new AlarmsSection(variable, null, []).Read(new YamlMap("alarms", section, errors));
}

/// <summary>Where alarms are sent to: HTTP POST, JSON, signed as Standard Webhooks say.</summary>
/// <param name="Url">The one address; no client chooses another.</param>
public sealed record WebhookOptions(Uri Url)
{
    /// <summary>What messages are signed with, <c>whsec_</c> and 24 to 64 bytes in base64; null where it was not looked up.</summary>
    public Secret? Secret { get; init; }

    /// <summary>Whether link-local and metadata addresses may be connected to. Default false.</summary>
    public bool AllowLinkLocal { get; init; }

    /// <summary>How long a try may take, to the answer's status. 1 to 60 s, default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After so many tries a message is dead, 1 to 50. Default 16: some five hours with the default rests.</summary>
    public int Attempts { get; init; } = 16;

    /// <summary>The rest after the first failure, which doubles. 1 to 3,600 s, default 5 s.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest rest, 1 to 86,400 s. Default 3,600 s.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(3_600);
}
