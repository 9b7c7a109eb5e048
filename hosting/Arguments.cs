namespace Federated.Hosting;

/// <summary>The command line of a daemon.</summary>
public static class Arguments
{
    /// <summary>
    /// A daemon started with this flag stops when its standard input closes: so a parent that starts daemons leaves none behind, however it ends.
    /// </summary>
    public const string StopWithInput = "--stop-with-input";

    /// <summary>Takes <c>--config FILE</c> out of the arguments; what is left overrides the file.</summary>
    /// <exception cref="OperatorException">No file is named.</exception>
    public static (string File, IReadOnlyList<string> Overrides) Config(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i + 1 < arguments.Count; i++)
        {
            if (arguments[i] == "--config")
            {
                return (arguments[i + 1], [.. arguments.Take(i), .. arguments.Skip(i + 2)]);
            }
        }

        throw new OperatorException("No configuration file is named.", "start with --config FILE");
    }

    /// <summary>Removes <see cref="StopWithInput"/>; if it was there, stops the host when standard input closes.</summary>
    public static IReadOnlyList<string> WatchInput(IReadOnlyList<string> arguments, Action stop)
    {
        if (!arguments.Contains(StopWithInput))
        {
            return arguments;
        }

        var watcher = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
                // Nothing is expected; only the end counts.
            }

            stop();
        })
        {
            IsBackground = true,
            Name = "standard input",
        };
        watcher.Start();
        return [.. arguments.Where(argument => argument != StopWithInput)];
    }
}
