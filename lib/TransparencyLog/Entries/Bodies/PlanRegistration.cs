using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Federation.Plans;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A plan as it was proposed: hashes, since what is large stays with the parties. The plan's own hash is in the entry's study.</summary>
/// <param name="Roster">Of the sites that it invites.</param>
/// <param name="InitialModel">Of the model before round 1.</param>
/// <param name="Code">Of the release that computes it.</param>
/// <param name="Privacy">Mechanism, unit, noise and caps as the plan has them: 1 to 32 texts of at most 1,000 characters, keys as <see cref="EntryCode"/> with '_' for '-'.</param>
public sealed record PlanRegistration(Digest Roster, Digest InitialModel, Digest Code, ImmutableSortedDictionary<string, string> Privacy)
    : EntryBody
{
    /// <summary>What whoever has the plan computes of it, so that coordinator and auditor write the same.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="code">Of the release that computes it.</param>
    /// <remarks>The roster's hash is over its names in order, each with a line feed. Texts are for people to read by eye; decimals as in the plan's own bytes.</remarks>
    public static PlanRegistration Of(StudyPlan plan, Digest code)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var privacy = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        privacy["unit"] = plan.Privacy?.Unit ?? "none";
        if (plan.Privacy is { } promise)
        {
            privacy["epsilon"] = Decimal(promise.Epsilon);
            privacy["delta"] = Decimal(promise.Delta);
            privacy["noise"] = promise.Noise;
            privacy["noise_multiplier"] = Decimal(promise.NoiseMultiplier);
            privacy["noise_floor"] = Decimal(promise.NoiseFloor);
            privacy["sampling_rate"] = Decimal(promise.SamplingRate);
        }

        return new(plan.RosterHash, Federation.Models.InitialModel.Of(plan).Hash, code, privacy.ToImmutable());

        static string Decimal(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>True if every field is the same.</summary>
    public bool IsSameAs(PlanRegistration other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ToJson().ToString() == other.ToJson().ToString();
    }

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
