using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A plan as it was proposed: hashes, since what is large stays with the parties. The plan's own hash is in the entry's study.</summary>
/// <param name="Roster">Of the sites that it invites.</param>
/// <param name="InitialModel">Of the model before round 1.</param>
/// <param name="Code">Of the release that computes it.</param>
/// <param name="Privacy">Mechanism, unit, noise and caps as the plan has them: 1 to 32 texts of at most 1,000 characters, keys as <see cref="EntryCode"/> with '_' for '-'.</param>
public sealed record PlanRegistration(Digest Roster, Digest InitialModel, Digest Code, ImmutableSortedDictionary<string, string> Privacy)
    : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind == EntryKind.PlanRegistered && NamedTexts.Fits(Privacy);

    internal override CanonicalJson ToJson() =>
        new CanonicalJson()
            .Add("code_digest", Code.ToString())
            .Add("initial_model_hash", InitialModel.ToString())
            .Add("privacy", NamedTexts.ToJson(Privacy))
            .Add("roster_hash", Roster.ToString());

    internal static PlanRegistration Read(EntryFields fields) =>
        new(
            fields.Hash("roster_hash"),
            fields.Hash("initial_model_hash"),
            fields.Hash("code_digest"),
            NamedTexts.Read(new EntryFields(fields.Reader.Section("privacy")))
        );
}
