using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Farthing.Gateway.Booking;

/// <summary>
/// A thread for work that may wait: on Linux it comes behind the threads of normal priority where they want all cores, and is as fast as any where one
/// is free.
/// </summary>
internal sealed class BehindThread : IDisposable
{
    // https://man7.org/linux/man-pages/man2/setpriority.2.html: who 0 is the calling thread; 19 is the nicest. At 10 it has a tenth of a core that
    // everybody wants: it holds the ledger's lock for a batch, which budgets wait for, so that it must not starve.
    private const int PrioProcess = 0, Self = 0, Nice = 10;

    [ThreadStatic]
    private static bool _current;

    private readonly BlockingCollection<(Func<Task> Work, TaskCompletionSource Done)> _works = [];

    /// <summary>Starts it.</summary>
    public BehindThread(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Whether the calling thread is such a one.</summary>
    public static bool IsCurrent => _current;

    /// <summary>Runs work there, up to where it first waits for something; the rest of it goes on like any other.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _works.Add((work, done));
        await done.Task;
    }

    /// <summary>Lets the thread end.</summary>
    public void Dispose() => _works.CompleteAdding();

    private void Run()
    {
        _current = true;
        if (OperatingSystem.IsLinux())
        {
            // Where it is not allowed, the thread is one like any other.
            _ = SetPriority(PrioProcess, Self, Nice);
        }

        foreach (var (work, done) in _works.GetConsumingEnumerable())
        {
            try
            {
                work().ContinueWith(
                    static (task, state) => ((TaskCompletionSource)state!).SetFromTask(task), done, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }

        _works.Dispose();
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
