using System.Net.Sockets;
using Federated.Federation;

namespace Federated.Hosting;

/// <summary>The outermost frame of a process: faults that a person must mend become two lines on standard error and an exit code.</summary>
public static class Entry
{
    /// <summary>Exit code of a failure that is not the operator's to mend in a file or argument.</summary>
    public const int FailureExitCode = 1;

    /// <summary>Runs a process's body.</summary>
    /// <returns>The exit code: 0 as the body says, 2 for an <see cref="OperatorException"/>, 130 after Ctrl-C.</returns>
    public static async Task<int> RunAsync(Func<Task<int>> body)
    {
        try
        {
            return await body().ConfigureAwait(false);
        }
        catch (OperatorException e)
        {
            await PrintAsync(e.Message, e.Hint).ConfigureAwait(false);
            return OperatorException.ExitCode;
        }
        catch (IOException e) when (e.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await PrintAsync(e.Message, "choose another port, or stop the process that holds it").ConfigureAwait(false);
            return OperatorException.ExitCode;
        }
        catch (SocketException e) // Kestrel's, which unlike that of a port in use comes as it is and names no address
        {
            await PrintAsync($"Listening on the configured address failed: {e.Message}.", HintFor(e.SocketErrorCode)).ConfigureAwait(false);
            return OperatorException.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static string HintFor(SocketError error) =>
        error switch
        {
            SocketError.AddressNotAvailable => "configure an address of this machine; 0.0.0.0 stands for all of them",
            SocketError.AccessDenied => "ports below 1024 need a privilege (CAP_NET_BIND_SERVICE); choose a higher one",
            _ => "check address and port in the configuration",
        };

    private static async Task PrintAsync(string message, string? hint)
    {
        await Console.Error.WriteLineAsync(ForeignText.CleanLines($"error: {message}")).ConfigureAwait(false);
        if (hint is not null)
        {
            await Console.Error.WriteLineAsync(ForeignText.CleanLines($"hint: {hint}")).ConfigureAwait(false);
        }
    }
}
