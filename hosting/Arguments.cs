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

    /// <summary>Reads what overrides the file: <c>--section:key value</c> or <c>--section:key=value</c>, and nothing else.</summary>
    /// <exception cref="OperatorException">An argument is neither, or has no value.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> Settings(IReadOnlyList<string> arguments)
    {
        var settings = new List<KeyValuePair<string, string?>>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var parts = argument.Split('=', 2);
            if (
                !parts[0].StartsWith("--", StringComparison.Ordinal)
                || parts[0][2..].Split(':') is not [_, _, ..] path
                || path.Contains("")
            )
            {
                throw new OperatorException($"Argument '{argument}' is no setting.", "write --section:key value");
            }

            var value = parts is [_, var joined] ? joined : arguments.ElementAtOrDefault(++i);
            if (value is null || (parts is [_] && value.StartsWith("--", StringComparison.Ordinal))) // -1 is a value, --section:key is not
            {
                throw new OperatorException($"Argument '{argument}' has no value.", "write --section:key value");
            }

            settings.Add(new(string.Join(':', path), value));
        }

        return settings;
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

            try
            {
                stop();
            }
            catch (ObjectDisposedException)
            {
                // The process is ending anyway: its main thread has put away what there was to stop.
            }
        })
        {
            IsBackground = true,
            Name = "standard input",
        };
        watcher.Start();
        return [.. arguments.Where(argument => argument != StopWithInput)];
    }
}
