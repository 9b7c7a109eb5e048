using System.Collections.Immutable;
using System.Text;
using Federated.Data;
using Federated.Federation.Documents;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Privacy.Plans;

namespace Federated.Cli.Studies;

/// <summary>Reads a researcher's <c>study.yaml</c> (docs/study.yaml).</summary>
internal static class StudyFile
{
    private const int MostFaultsShown = 50;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The plan, or every fault of the file.</summary>
    /// <exception cref="OperatorException">The file cannot be opened, or is far too large for a study.</exception>
    internal static PlanResult Read(string path)
    {
        using var text = new StreamReader(new MemoryStream(TextFiles.ReadBytes(path, StudyPlan.MaxBytes)), Strict);
        if (!YamlText.TryRead(text, out var document, out var fault))
        {
            return new PlanResult.Invalid([fault]);
        }

        var result = Complete(PlanCodec.ReadDraft(document));
        return result is PlanResult.Valid valid && valid.Plan.ToBytes().Length is > StudyPlan.MaxBytes and var length
            ? new PlanResult.Invalid([
                new DocumentFault(0, "", $"the plan would have {length} bytes; the sites read at most {StudyPlan.MaxBytes}."),
            ])
            : result;
    }

    /// <summary>The plan.</summary>
    /// <exception cref="OperatorException">The file has faults: all of them.</exception>
    internal static StudyPlan ReadValid(string path) =>
        Read(path) switch
        {
            PlanResult.Valid valid => valid.Plan,
            PlanResult.Invalid invalid => throw new OperatorException(
                $"{path} is no study that can run:\n{Lines(invalid.Faults)}",
                "docs/study.yaml is an example with every key"
            ),
            _ => throw new InvalidOperationException("A plan is valid or not."),
        };

    /// <summary>Noise and grids, which a study file leaves to the accountant.</summary>
    private static PlanResult Complete(PlanResult draft) =>
        draft is not PlanResult.Valid valid
            ? draft
            : PlanCompletion.Complete(valid.Plan) switch
            {
                PlanCompletionResult.Completed completed => new PlanResult.Valid(completed.Plan),
                PlanCompletionResult.Impossible impossible => new PlanResult.Invalid([
                    .. impossible.Faults.Select(fault => new DocumentFault(0, "privacy", fault)),
                ]),
                _ => throw new InvalidOperationException("A draft is completed or cannot be."),
            };

    private static string Lines(ImmutableArray<DocumentFault> faults)
    {
        var shown = string.Join('\n', faults.Take(MostFaultsShown));
        return faults.Length > MostFaultsShown ? $"{shown}\nand {faults.Length - MostFaultsShown} more" : shown;
    }
}
