using System.CommandLine;
using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Hosting;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <summary><c>fed study show</c>: how a study stands, and that its plan is still the one that was signed.</summary>
internal static class ShowCommand
{
    internal static Command Create()
    {
        var plan = StudyOptions.Plan();
        var options = new StudyOptions();
        var json = StudyOptions.Json();
        var command = new Command(
            "show",
            "Show a study's state, its sites and its plan, after checking the plan's hash and signature. Exit code 1 if the signature does not count."
        )
        {
            plan,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var client = options.Connect(parsed);
                var state = PlanReference.Find(parsed.GetRequiredValue(plan), await client.ListAsync(cancellationToken));
                var fetched = await client.FetchPlanAsync(PlanReference.HashOf(state), cancellationToken);
                if (parsed.GetValue(json))
                {
                    PrintJson(state, fetched);
                }
                else
                {
                    Print(state, fetched);
                }

                return fetched.Refusal is null ? 0 : Entry.FailureExitCode;
            }
        );
        return command;
    }

    private static void Print(StudyState state, FetchedPlan fetched)
    {
        PlanSummary.Print(fetched.Plan);
        Console.WriteLine(
            fetched.Refusal is { } refusal
                ? $"signature    DOES NOT COUNT: {ForeignText.Clean(refusal)}"
                : $"signature    by researcher {fetched.SignedBy}, verified under the consortium's root"
        );
        Console.WriteLine($"state        {StateText.Of(state)}");
        foreach (var site in state.Sites)
        {
            Console.WriteLine($"  {ForeignText.Clean(site.Site), -10} {StateText.Of(site)}");
        }
    }

    private static void PrintJson(StudyState state, FetchedPlan fetched)
    {
        var document = StateText.Json(state);
        document["signature"] = new JsonObject
        {
            ["counts"] = fetched.Refusal is null,
            ["by"] = fetched.SignedBy,
            ["refusal"] = fetched.Refusal,
        };
        foreach (var (key, value) in PlanSummary.Json(fetched.Plan))
        {
            document[key] = value?.DeepClone();
        }

        Console.WriteLine(document.ToJsonString());
    }
}
