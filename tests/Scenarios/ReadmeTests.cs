using System.Text.RegularExpressions;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>README's study by hand: its commands, in its order, each in the terminal that it names.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    [TestMethod]
    public void The_study_by_hand_runs_as_README_says()
    {
        using var scratch = new TestFolder();
        Directory.CreateDirectory(scratch["artifacts"]);
        Directory.CreateSymbolicLink(scratch["artifacts/dist"], Path.GetDirectoryName(Checkout.Program("fed"))!);
        Directory.CreateSymbolicLink(scratch["notebooks"], Path.Combine(Checkout.Root, "notebooks"));
        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));
        var start = Block()
            .Matches(readme)
            .Single(block => block.Groups["terminal"].Value.Length == 0 && block.Value.Contains("export PATH"));
        var blocks = Block().Matches(readme).Where(block => block.Groups["terminal"].Value.Length > 0).ToList();
        var terminals = new Dictionary<string, Started>();
        try
        {
            foreach (var terminal in blocks.Select(block => block.Groups["terminal"].Value).Distinct())
            {
                terminals[terminal] = Started.Run(scratch, "bash", "-e", "-u", "-o", "pipefail");
                terminals[terminal].Type(start.Groups["commands"].Value);
            }

            var number = 0;
            foreach (var block in blocks)
            {
                var terminal = terminals[block.Groups["terminal"].Value];
                var commands = block.Groups["commands"].Value.Replace("PLANHASH", PlanHash(terminals));
                if (block.Groups["stays"].Success)
                {
                    terminal.Type(commands);
                    terminal.WaitForLine("Listening on");
                }
                else
                {
                    terminal.Type($"{commands}\necho 'block {++number} is done'\n");
                    terminal.WaitForLine($"block {number} is done");
                }
            }

            Assert.Contains("the study is complete", terminals["3"].Output);
            Assert.Contains("PRIVACY      patient, epsilon 4, delta 1e-05", terminals["2"].Output);
            Assert.Contains("of held-out patients of all sites", terminals["3"].Output);
            Assert.HasCount(295, File.ReadLines(scratch["try/risks.csv"]), "a heading and a risk for every patient of sud");
            Assert.Contains("image/png", File.ReadAllText(scratch["try/study.html"]), "the notebook's plots");
        }
        finally
        {
            foreach (var terminal in terminals.Values)
            {
                terminal.Dispose();
            }

            ProcessTable.WaitUntilNoneIsLeft(scratch.Root);
        }
    }

    /// <summary>What the researcher reads aloud to the hospitals.</summary>
    private static string PlanHash(Dictionary<string, Started> terminals) =>
        Hash().Match(terminals["3"].Output) is { Success: true } found ? found.Groups[1].Value : "PLANHASH";

    [GeneratedRegex(
        "^```sh(?: terminal=(?<terminal>\\d)(?<stays> stays)?)?\n(?<commands>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Block();

    [GeneratedRegex("^plan hash +([0-9a-f]{64})", RegexOptions.Multiline)]
    private static partial Regex Hash();
}
