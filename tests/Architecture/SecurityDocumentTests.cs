using System.Text.RegularExpressions;

namespace Federated.Architecture.Tests;

/// <summary>SECURITY.md claims nothing that no test shows: every test that it names is there, and so is every file.</summary>
[TestClass]
public sealed partial class SecurityDocumentTests
{
    private const string Document = "SECURITY.md";

    [TestMethod]
    public void Every_test_that_it_names_exists()
    {
        var tests = Tests();
        Assert.IsTrue(tests["HidingTests"].Contains("The_check_fails_where_a_rule_is_left_out"), "the reader of tests sees none");

        var missing = Named()
            .Where(named =>
                !tests.TryGetValue(named.Class, out var methods) || (named.Method.Length > 0 && !methods.Contains(named.Method))
            )
            .Select(named => $"{named.Class}.{named.Method}");

        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [TestMethod]
    public void Every_attacker_has_a_test_or_is_said_to_have_none()
    {
        string[][] rows = [.. Table("attacker").Select(row => row.Split(" | "))];
        Assert.HasCount(13, rows);

        foreach (var row in rows)
        {
            Assert.HasCount(5, row, row[0]);
            Assert.IsTrue(TestName().IsMatch(row[3]) || row[3] == "–", $"{row[0]}: {row[3]}");
            Assert.IsGreaterThan(10, row[4].Length, $"{row[0]}: what is left?");
        }
    }

    [TestMethod]
    [DataRow("claim")]
    [DataRow("hole")]
    public void Every_claim_names_a_test(string table)
    {
        string[] rows = [.. Table(table)];
        Assert.IsGreaterThan(5, rows.Length);

        var unshown = rows.Where(row => !TestName().IsMatch(row.Split(" | ")[^1]));

        Assert.IsEmpty(unshown, string.Join("\n", unshown));
    }

    [TestMethod]
    public void Every_file_that_it_links_or_names_exists()
    {
        var links = Link().Matches(SourceTree.Text(Document)).Select(match => match.Groups[1].Value);
        var names = FileName().Matches(SourceTree.Text(Document)).Select(match => match.Groups[1].Value);
        string[] all = [.. links.Concat(names).Distinct()];
        Assert.Contains("docs/transparency-log.md", all);
        Assert.Contains("node/Release/ReleaseGate.cs", all);

        var missing = all.Except(SourceTree.Files());

        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    /// <summary>Rows of the table whose first column has this heading, without the outer bars.</summary>
    private static IEnumerable<string> Table(string heading) =>
        SourceTree
            .Lines(Document)
            .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line[2..^2]);

    private static IEnumerable<(string Class, string Method)> Named() =>
        TestName().Matches(SourceTree.Text(Document)).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    /// <summary>Methods of every class of tests. Two projects may have a class of one name: both count.</summary>
    private static Dictionary<string, HashSet<string>> Tests()
    {
        var tests = new Dictionary<string, HashSet<string>>();
        foreach (var file in SourceTree.Files("Tests.cs").Where(file => file.StartsWith("tests/", StringComparison.Ordinal)))
        {
            var text = SourceTree.Text(file);
            var name = ClassName().Match(text).Groups[1].Value;
            tests.TryAdd(name, []);
            tests[name].UnionWith(Method().Matches(text).Select(match => match.Groups[1].Value));
        }

        return tests;
    }

    [GeneratedRegex(@"`([A-Z]\w*Tests)(?:\.(\w+))?`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"class (\w+Tests)\b")]
    private static partial Regex ClassName();

    [GeneratedRegex(@"\[(?:TestMethod|DataRow)[^\n]*\](?:\s*\[[^\n]*\])*\s*public (?:async )?(?:void|Task) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"\]\(([^)#:]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`((?:[A-Za-z]+/)+[A-Z][A-Za-z]*\\.cs)`")]
    private static partial Regex FileName();
}
