using Farthing.Drills.Outage;

// 0: every mark is reached; 1: one is missed; 2: the command is not understood.
switch (args)
{
    case ["outage", .. var rest]:
        return OutageOptions.TryParse(rest, Console.Error, out var options) ? await OutageDrill.RunAsync(options, TimeProvider.System, Console.Out, default) ? 0 : 1 : 2;
    default:
        Console.Error.WriteLine(OutageOptions.Usage);
        return 2;
}
