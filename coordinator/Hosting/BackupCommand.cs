using System.Text.Json;
using Federated.Coordinator.Storage;
using Federated.Hosting;

namespace Federated.Coordinator.Hosting;

/// <summary><c>fed-coordinator backup</c>: a copy of the database, taken while the coordinator runs.</summary>
internal static class BackupCommand
{
    internal const string Name = "backup";

    private const string Help = """
        fed-coordinator backup --config FILE --to FILE [--json]
        Copies the coordinator's database while it runs. To restore: stop the coordinator, put the copy in coordinator.state under the name
        coordinator.db, remove coordinator.db-wal and coordinator.db-shm, start it. Nodes notice when the copy is older than what they know.
        """;

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">What follows its name.</param>
    /// <exception cref="OperatorException">An argument is missing, or the copy cannot be made.</exception>
    internal static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is ["--help"] or ["-h"])
        {
            Console.WriteLine(Help);
            return 0;
        }

        var isJson = arguments.Contains("--json");
        var (file, rest) = Arguments.Config([.. arguments.Where(argument => argument != "--json")]);
        string[] remaining = [.. rest];
        if (remaining is not ["--to", var to, .. var overrides])
        {
            throw new OperatorException("No file is named for the copy.", "end with --to FILE");
        }

        var options = StrictConfiguration.Bind<CoordinatorOptions>(StrictConfiguration.Read(file, overrides), "coordinator", file);
        var target = Path.GetFullPath(to);
        Backup.Write(Path.GetFullPath(options.State, Path.GetDirectoryName(Path.GetFullPath(file))!), target);
        Console.WriteLine(isJson ? JsonSerializer.Serialize(new { written = target }) : $"wrote {target}");
        return 0;
    }
}
