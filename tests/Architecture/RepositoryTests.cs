using System.Text.RegularExpressions;
using Federated.Architecture.Tests.Projects;

namespace Federated.Architecture.Tests;

/// <summary>What holds of every file of the repository.</summary>
[TestClass]
public sealed partial class RepositoryTests
{
    private const int MostLines = 400;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = new()
    {
        ["coordinator/Studies/Study.cs"] = "one state machine, whose order of changes must be seen whole",
    };

    [TestMethod]
    public void A_source_file_is_at_most_400_lines_or_has_a_reason()
    {
        var lengths = SourceTree.Files(".cs").ToDictionary(file => file, file => SourceTree.Lines(file).Length);

        var found = lengths.Where(pair => pair.Value > MostLines && !LongFiles.ContainsKey(pair.Key));
        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    public void A_reason_for_a_long_file_goes_when_the_file_is_short_again()
    {
        var stale = LongFiles.Keys.Where(file => !SourceTree.Files(".cs").Contains(file) || SourceTree.Lines(file).Length <= MostLines);

        Assert.IsEmpty(stale, string.Join('\n', stale));
    }

    [TestMethod]
    public void Every_project_is_in_the_solution_but_the_probe_of_the_mirror()
    {
        var solution = SourceTree.Text("Federated.sln").Replace('\\', '/');

        var missing = ProjectFile
            .All.Select(project => project.Path)
            .Where(path => path != "eng/probe/Probe.csproj" && !solution.Contains($"\"{path}\""));

        Assert.IsEmpty(missing, $"dotnet sln Federated.sln add {string.Join(' ', missing)}");
    }

    [TestMethod]
    public void Every_folder_of_tests_is_a_project_but_what_they_share()
    {
        var folders = SourceTree
            .Files()
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal))
            .Select(file => string.Join('/', file.Split('/')[..2]));

        var projects = ProjectFile.All.Select(project => project.Folder);

        Assert.IsEmpty(
            folders.Distinct().Except([.. projects, "tests/Fixtures"]).Where(folder => !folder.EndsWith(".md", StringComparison.Ordinal))
        );
    }

    /// <summary>What differs between the package sets is in standins/ and eng/: the product is the same program either way.</summary>
    [TestMethod]
    public void No_product_code_depends_on_the_package_set()
    {
        string[] mayKnow = ["eng/", "standins/", "Directory.Build.props", "Directory.Packages.props", "fed"];
        string[] kinds = [".cs", ".csproj", ".props", ".targets", ".proto", ".sh", ".yaml", ".json", ""];

        var knowing = SourceTree
            .TextFiles.Where(file =>
                kinds.Contains(Path.GetExtension(file))
                && !mayKnow.Any(known => known.EndsWith('/') ? file.StartsWith(known, StringComparison.Ordinal) : file == known)
            )
            .Where(file =>
                SourceTree.Text(file).Contains(Word("Federated", "Packages")) || SourceTree.Text(file).Contains(Word("Federated", "Torch"))
            );
        var conditional = SourceTree
            .Files(".cs")
            .Where(file => !file.StartsWith("standins/", StringComparison.Ordinal))
            .Where(file => SourceTree.Lines(file).Any(line => line.TrimStart().StartsWith(Word("#", "if"), StringComparison.Ordinal)));

        Assert.IsEmpty(knowing, string.Join('\n', knowing));
        Assert.IsEmpty(conditional, string.Join('\n', conditional));
    }

    /// <summary>A mirror is a site's own business; a key in a repository is everybody's.</summary>
    [TestMethod]
    public void No_file_holds_a_registrys_address_or_a_private_key()
    {
        string[] registries = [Word("nuget", ".org"), Word("pypi", ".org"), Word("npmjs", ".org"), Word("deb.debian", ".org")];

        var found = SourceTree.TextFiles.Where(file =>
            SourceTree.Text(file) is var text && (registries.Any(text.Contains) || PrivateKey().IsMatch(text))
        );

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    public void Text_files_end_with_one_line_end_and_have_no_carriage_return()
    {
        string[] kinds = [".cs", ".csproj", ".props", ".targets", ".proto", ".sh", ".yaml", ".json", ".md", ".cpp", ".h", ".py"];

        var found = SourceTree
            .TextFiles.Where(file => kinds.Contains(Path.GetExtension(file)))
            .Where(file => SourceTree.Text(file) is { Length: > 0 } text && (text.Contains('\r') || !text.EndsWith('\n')));

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    /// <summary>A PEM private key with its first line of content; the words alone may stand in a test.</summary>
    [GeneratedRegex(@"PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")]
    private static partial Regex PrivateKey();

    /// <summary>Puts a word together that must not stand in this file either.</summary>
    private static string Word(string first, string second) => first + second;
}
