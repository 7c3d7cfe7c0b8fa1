using Farthing;
using Farthing.Commands;
using Farthing.Serving;

if (args is ["serve", ..])
{
    SocketThreads.GoOnInline();
}

return await FarthingCommand.RunAsync(args, Host.OfProcess());
