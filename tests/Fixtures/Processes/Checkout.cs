namespace Federated.Fixtures.Processes;

/// <summary>Where things lie in the checkout that these tests were built from.</summary>
internal static class Checkout
{
    /// <summary>The repository's folder, absolute.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary><c>./fed</c>, which builds what is missing before it starts what was asked.</summary>
    public static string Launcher { get; } = Path.Combine(Root, "fed");

    /// <summary>
    /// One of the product's programs: <c>fed</c>, <c>fed-node</c> or <c>fed-coordinator</c>. Those that <c>./fed test</c> points to are the ones
    /// that <c>./fed</c> itself starts; without it, for a quick turn at one test, those of the last build.
    /// </summary>
    public static string Program(string name)
    {
        if (Environment.GetEnvironmentVariable("FEDERATED_PROGRAMS") is { Length: > 0 } folder)
        {
            return Path.Combine(folder, name);
        }

        var project = name switch
        {
            "fed" => "Federated.Cli",
            "fed-node" => "Federated.Node",
            _ => "Federated.Coordinator",
        };
        // These tests lie in artifacts/bin/PROJECT/CONFIGURATION; the programs beside them were built alike.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Root, "artifacts", "bin", project, configuration, name);
    }

    /// <summary>A folder beside the repository, in <c>../shared</c>; the test is inconclusive where that is absent.</summary>
    public static string Shared(params string[] path)
    {
        var shared = Path.GetFullPath(Path.Combine(Root, "..", "shared"));
        if (!Directory.Exists(shared))
        {
            Assert.Inconclusive($"{Path.Combine(path)}: there is no folder 'shared' beside the repository.");
        }

        return Path.Combine([shared, .. path]);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "global.json")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"No global.json above {AppContext.BaseDirectory}: not in the repository.");
    }
}
