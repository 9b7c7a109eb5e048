using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Federated.Sbom;

/// <summary>Something that a person must mend before anything can be listed.</summary>
internal sealed class UnusableException(string message, string hint) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;
}

/// <summary>The repository on this machine, restored and built.</summary>
/// <param name="root">Its folder.</param>
internal sealed class Checkout(string root)
{
    internal string Root { get; } = root;

    /// <summary>The checkout that a folder lies in.</summary>
    /// <exception cref="UnusableException">It lies in none.</exception>
    internal static Checkout Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Federated.sln")))
            {
                return new Checkout(at.FullName);
            }
        }

        throw new UnusableException($"{folder} lies in no checkout.", "run it as ./fed sbom");
    }

    /// <summary>What NuGet restored for a project.</summary>
    /// <exception cref="UnusableException">Nothing yet.</exception>
    internal JsonNode Assets(string project)
    {
        var path = Path.Combine(Root, "artifacts", "obj", project, "project.assets.json");
        return File.Exists(path)
            ? JsonNode.Parse(File.ReadAllText(path))!
            : throw new UnusableException($"{project} was not restored: there is no {path}.", "run: ./fed setup");
    }

    /// <summary>Every project that was restored and is still there; not the one that only asks what could be restored.</summary>
    internal IEnumerable<string> Projects() =>
        Directory
            .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(Path.Combine(Root, "artifacts"), StringComparison.Ordinal))
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name != "Probe")
            .Where(name => File.Exists(Path.Combine(Root, "artifacts", "obj", name, "project.assets.json")))
            .Order(StringComparer.Ordinal);

    /// <summary>The last commit and its time (ISO 8601); null where this is no clone.</summary>
    internal (string Commit, string Time)? Commit() =>
        Git("log", "-1", "--format=%H %cI")?.Split(' ') is [var commit, var time] ? (commit, time) : null;

    /// <summary>True if a tracked file is not as that commit has it.</summary>
    internal bool IsChanged() => Git("status", "--porcelain", "--untracked-files=no") is { Length: > 0 };

    private string? Git(params IEnumerable<string> arguments)
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", ["-C", Root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var said = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? said : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // there is no git: an archive of the sources has no commit to say
        }
    }
}
