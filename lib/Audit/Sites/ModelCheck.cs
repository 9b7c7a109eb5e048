using Federated.Audit.Checks;
using Federated.Federation.Models;

namespace Federated.Audit.Sites;

/// <summary>A finished model's weights: byte for byte what the rounds of a study in the log gave.</summary>
internal static class ModelCheck
{
    /// <summary>Why a file is no study's model, or null.</summary>
    public static AuditFault? Fault(GivenFile weights, IEnumerable<StudyAudit> studies) =>
        studies.Any(study =>
            study.Rounds.Count > 0 && ExportedWeights.Of(study.Plan, study.Model).AsSpan().SequenceEqual(weights.Bytes.Span)
        )
            ? null
            : new AuditFault(weights.Name, "it is not the model that the last committed round of any study in this log gives.");
}
