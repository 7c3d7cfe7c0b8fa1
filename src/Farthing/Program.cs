using Farthing;
using Farthing.Commands;

return await FarthingCommand.RunAsync(args, Host.OfProcess());
