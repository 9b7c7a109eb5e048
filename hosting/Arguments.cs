namespace Federated.Hosting;

/// <summary>The command line of a daemon.</summary>
public static class Arguments
{
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
}
