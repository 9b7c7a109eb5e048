namespace Federated.Data.Tests;

/// <summary>Finds files beside this repository's sources, from wherever the tests were built to.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Opens a file of the repository.</summary>
    public static StreamReader Open(params string[] path) => new(Path.Combine([Root, .. path]));

    /// <summary>Opens a file of the data set folder beside the repository; the test is inconclusive where that folder is absent.</summary>
    public static StreamReader OpenShared(params string[] path)
    {
        var folder = Path.Combine(Root, "..", "shared");
        if (!Directory.Exists(folder))
        {
            Assert.Inconclusive(
                $"{Path.Combine(path)}: there is no folder 'shared' beside the repository, so the real data cannot be read."
            );
        }

        return new StreamReader(Path.Combine([folder, .. path]));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && folder.GetFiles("global.json").Length == 0)
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"No global.json above {AppContext.BaseDirectory}: not in the repository.");
    }
}
