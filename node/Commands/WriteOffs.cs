using System.Globalization;
using Federated.Federation;
using Federated.Hosting;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands;

/// <summary>Reads <c>PLAN=EPSILON,DELTA</c>.</summary>
internal static class WriteOffs
{
    /// <exception cref="OperatorException">One is not of that form, or a plan is named twice.</exception>
    internal static IReadOnlyList<WrittenOffStudy> Parse(IReadOnlyList<string> texts)
    {
        List<WrittenOffStudy> studies = [.. texts.Select(Parse)];
        return studies.DistinctBy(study => study.Plan).Count() == studies.Count
            ? studies
            : throw new OperatorException("A plan is written off twice.", "name each plan once");
    }

    private static WrittenOffStudy Parse(string text)
    {
        var fault = "it is not of the form PLAN=EPSILON,DELTA, the plan by its 64 digits";
        if (
            text.Split('=') is [var hash, var numbers]
            && Digest.TryParse(hash, out var plan)
            && numbers.Split(',') is [var epsilon, var delta]
            && double.TryParse(epsilon, NumberStyles.Float, CultureInfo.InvariantCulture, out var e)
            && double.TryParse(delta, NumberStyles.Float, CultureInfo.InvariantCulture, out var d)
        )
        {
            if (Budget.From(e, d, out var budgetFault) is { } spent)
            {
                return new WrittenOffStudy(plan, spent);
            }

            fault = budgetFault!;
        }

        throw new OperatorException(
            $"--write-off {ForeignText.Clean(text)}: {fault}",
            "the plan's epsilon and delta stand in its section privacy: fed-node plans show PLAN"
        );
    }
}
