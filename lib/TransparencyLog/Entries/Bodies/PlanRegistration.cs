using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A plan as it was proposed: hashes, since what is large stays with the parties.</summary>
/// <param name="Plan">Of the plan's canonical bytes.</param>
/// <param name="Roster">Of the sites that it invites.</param>
/// <param name="InitialModel">Of the model before round 1.</param>
/// <param name="Code">Of the release that computes it.</param>
/// <param name="Privacy">Mechanism, unit, noise and caps as the plan has them, as texts; see <see cref="Declaration"/> for their limits.</param>
public sealed record PlanRegistration(
    Digest Plan,
    Digest Roster,
    Digest InitialModel,
    Digest Code,
    ImmutableSortedDictionary<string, string> Privacy
) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind == EntryKind.PlanRegistered;

    internal override CanonicalJson ToJson() =>
        new CanonicalJson()
            .Add("code_digest", Code.ToString())
            .Add("initial_model_hash", InitialModel.ToString())
            .Add("plan_hash", Plan.ToString())
            .Add("privacy", Declaration.Json(Privacy))
            .Add("roster_hash", Roster.ToString());

    internal static PlanRegistration Read(EntryFields fields) =>
        new(
            fields.Hash("plan_hash"),
            fields.Hash("roster_hash"),
            fields.Hash("initial_model_hash"),
            fields.Hash("code_digest"),
            Declaration.ReadTexts(new EntryFields(fields.Reader.Section("privacy")))
        );
}
