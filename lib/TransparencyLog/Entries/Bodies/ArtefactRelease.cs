using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A model, scores or a round's masked inputs leave the study.</summary>
/// <param name="Artefact">Hash of what leaves; for masked inputs, of the sum that they give.</param>
/// <param name="Epsilon">What the study has spent by then.</param>
/// <param name="Recipients">Members that get it, ascending.</param>
public sealed record ArtefactRelease(Digest Artefact, DecimalText Epsilon, ImmutableArray<SiteName> Recipients) : EntryBody
{
    internal override bool Fits(EntryKind kind) =>
        kind is EntryKind.ModelReleased or EntryKind.EvaluationReleased or EntryKind.InputsReleased;

    internal override CanonicalJson ToJson() =>
        new CanonicalJson()
            .Add("artefact_hash", Artefact.ToString())
            .Add("epsilon", Epsilon.Value)
            .Add("recipients", EntryFields.Of(Recipients));

    internal static ArtefactRelease Read(EntryFields fields) =>
        new(fields.Hash("artefact_hash"), fields.Number("epsilon"), fields.Sites("recipients"));
}
