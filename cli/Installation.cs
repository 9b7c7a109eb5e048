using Federated.Hosting;

namespace Federated.Cli;

/// <summary>Where the product's other programs lie: beside this one when installed, in their own build folders in a checkout.</summary>
internal static class Installation
{
    /// <summary>Path of <c>fed-node</c> or <c>fed-coordinator</c>.</summary>
    /// <exception cref="OperatorException">It is not there.</exception>
    internal static string PathOf(string program)
    {
        var here = AppContext.BaseDirectory;
        var project = program == "fed-node" ? "Federated.Node" : "Federated.Coordinator";
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(here));
        string[] candidates =
        [
            Path.Combine(here, program),
            Path.GetFullPath(Path.Combine(here, "..", "..", project, configuration, program)),
        ];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new OperatorException($"{program} is not installed beside {here}.", "in a checkout, run ./fed setup");
    }
}
