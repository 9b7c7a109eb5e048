using System.CommandLine;
using System.Text.Json.Nodes;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Privacy.Plans;

namespace Federated.Cli.Privacy.Planning;

/// <summary><c>fed privacy plan</c>: what a study's file promises, what that takes, and what it leaves of the results. Sends nothing.</summary>
internal static class PlanCommand
{
    internal static Command Create()
    {
        var file = StudyOptions.File();
        var json = PrivacyOptions.Json();
        var command = new Command(
            "plan",
            "How a study's epsilon is split, what each release is made of, how large its errors will be, and what more sites or patients would buy."
        )
        {
            file,
            json,
        };
        command.SetAction(parsed =>
        {
            var plan = StudyFile.ReadValid(parsed.GetRequiredValue(file).ToString());
            Print(plan, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    /// <summary>The releases of a plan.</summary>
    /// <exception cref="OperatorException">It has no promise, or does not keep it.</exception>
    internal static StudyReleases Releases(StudyPlan plan) =>
        plan.Privacy is null
            ? throw new OperatorException(
                "This study promises its patients nothing: its file says privacy: none.",
                "replace that by a promise; docs/study.yaml shows one"
            )
            : StudyReleases.Of(plan) switch
            {
                StudyReleasesResult.Accepted accepted => accepted.Releases,
                StudyReleasesResult.Rejected rejected => throw new OperatorException(string.Join('\n', rejected.Faults)),
                _ => throw new InvalidOperationException("A plan keeps its promise or does not."),
            };

    private static void Print(StudyPlan plan, bool json)
    {
        if (plan.Privacy is null)
        {
            PrintNone(plan, json);
            return;
        }

        var figures = new PlanFigures(Releases(plan));
        if (json)
        {
            Console.WriteLine(figures.Json().ToJsonString());
            return;
        }

        foreach (var (name, value) in new PlanReport(figures).Lines())
        {
            Console.WriteLine($"{name, -12} {value}");
        }
    }

    private static void PrintNone(StudyPlan plan, bool json)
    {
        string[] warning = [.. ReleaseWords.Lines(plan)];
        if (json)
        {
            var none = new JsonObject
            {
                ["plan_hash"] = Digest.Of(plan.ToBytes()).ToString(),
                ["privacy"] = plan.PrivacyInWords,
                ["warning"] = string.Join(' ', warning),
            };
            Console.WriteLine(none.ToJsonString());
            return;
        }

        Console.WriteLine($"{"study", -12} {plan.Name}");
        for (var i = 0; i < warning.Length; i++)
        {
            Console.WriteLine($"{(i == 0 ? "PRIVACY" : ""), -12} {warning[i]}");
        }

        Console.WriteLine("next: replace privacy: none in the study's file by a promise; docs/study.yaml shows one");
    }
}
