using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Documents;
using Federated.Federation.Plans;

namespace Federated.Federation.Policies;

/// <summary>
/// What a site allows on its patients, whoever asks. A rule that is not there asks nothing; what decides on privacy without anybody looking (<see cref="WithoutPrivacy"/>,
/// <see cref="Approval"/>) is refused, and asked of a person, where nothing is written. Immutable.
/// </summary>
public sealed record SitePolicy
{
    /// <summary>What the file's key <c>format</c> says.</summary>
    public const string Format = "federated-policy/1";

    /// <summary>Key of the rule on plans without privacy.</summary>
    public const string WithoutPrivacyKey = "privacy.without";

    /// <summary>Key of the rule on what all studies together spend.</summary>
    public const string TotalKey = "privacy.total.epsilon";

    /// <summary>Most days of <see cref="ApprovalDays"/>.</summary>
    public const int MostApprovalDays = 3650;

    /// <summary>Who agrees.</summary>
    public ApprovalMode Approval { get; init; }

    /// <summary>Days that an approval holds, 1 to <see cref="MostApprovalDays"/>; null for no end.</summary>
    public int? ApprovalDays { get; init; }

    /// <summary>The last day, in UTC, on which the policy allows anything; null for no end.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>Purposes of which a plan's must be one, word for word; null for any. So for all lists here: sorted, without repetition, not empty.</summary>
    public ImmutableArray<string>? Purposes { get; init; }

    /// <summary>Names of researchers whose plans are taken.</summary>
    public ImmutableArray<string>? Researchers { get; init; }

    /// <summary>Kinds of models, of <see cref="ModelPlan.Kinds"/>.</summary>
    public ImmutableArray<string>? Kinds { get; init; }

    /// <summary>Most parameters of a model: as many numbers leave in each round.</summary>
    public int? MostParameters { get; init; }

    /// <summary>Variables that a model may see.</summary>
    public ImmutableArray<string>? Features { get; init; }

    /// <summary>True if plans that say <c>privacy: none</c> are taken; the rules on privacy then say nothing of them.</summary>
    public bool WithoutPrivacy { get; init; }

    /// <summary>Units of privacy, of <see cref="PrivacyPlan.Units"/>.</summary>
    public ImmutableArray<string>? Units { get; init; }

    /// <summary>The most that one study may promise to spend.</summary>
    public PolicyLimit? Study { get; init; }

    /// <summary>The most that all studies together may spend of this site's data set, the one in question included. The ledger's cap holds besides.</summary>
    public PolicyLimit? Total { get; init; }

    /// <summary>Ways to share noise, of <see cref="PrivacyPlan.Noises"/>.</summary>
    public ImmutableArray<string>? Noise { get; init; }

    /// <summary>Least noise multiplier of this site's own part, should all others collude.</summary>
    public double? NoiseFloor { get; init; }

    /// <summary>Fewest sites of a round.</summary>
    public int? MinimumSites { get; init; }

    /// <summary>Fewest training patients, by the plan's public estimate. A plan that states none does not keep this rule.</summary>
    public int? ExpectedPatients { get; init; }

    /// <summary>When something may be released; null for always.</summary>
    public ReleaseWindows? Windows { get; init; }

    /// <summary>SHA-256 of <see cref="ToBytes"/>: the same for files that differ in comments, order or spelling of numbers only.</summary>
    public Digest Hash => Digest.Of(ToBytes());

    /// <summary>The first moment at which the policy allows nothing any more; null for none.</summary>
    public DateTimeOffset? Ends => Expires is { } day ? After(day) : null;

    /// <summary>The end of a day: midnight of the next one, in UTC.</summary>
    public static DateTimeOffset After(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>Every rule of the policy, held against a plan, in the order of the file's sections.</summary>
    /// <param name="plan">A valid plan.</param>
    /// <param name="researcher">Who signed it.</param>
    /// <param name="epsilonOfAll">
    /// ε at <see cref="Total"/>'s δ of all that was charged to the data set and all that this plan may release; null where there is no such data set.
    /// </param>
    /// <param name="now">The time.</param>
    public ImmutableArray<PolicyRule> Rules(StudyPlan plan, SiteName researcher, double? epsilonOfAll, DateTimeOffset now) =>
        [.. new[] { RuleOnDay(now) }.OfType<PolicyRule>(), .. RulesOn(plan, researcher), .. RulesOnTotal(plan, epsilonOfAll)];

    /// <summary>All rules that the plan does not keep: none of them if it is allowed.</summary>
    /// <inheritdoc cref="Rules"/>
    public ImmutableArray<PolicyRule> Faults(StudyPlan plan, SiteName researcher, double? epsilonOfAll, DateTimeOffset now) =>
        [.. Rules(plan, researcher, epsilonOfAll, now).Where(rule => !rule.IsMet)];

    /// <summary>The rule on the policy's own end; null if it has none.</summary>
    public PolicyRule? RuleOnDay(DateTimeOffset now) =>
        Expires is { } day
            ? new PolicyRule("expires", PolicyRelation.Until, Day(DateOnly.FromDateTime(now.UtcDateTime)), Day(day), now < After(day))
            : null;

    /// <summary>The rules that depend on the plan and its signer alone: what they come to never changes while the policy does not.</summary>
    public IEnumerable<PolicyRule> RulesOn(StudyPlan plan, SiteName researcher)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var rules = new List<PolicyRule?>
        {
            OneOf("purposes", Purposes, plan.Purpose),
            OneOf("researchers", Researchers, researcher.Value),
            OneOf("models.kinds", Kinds, plan.Model.Kind),
            AtMost("models.most_parameters", MostParameters, plan.Shape.ParameterCount),
            Among("features", Features, [.. plan.Features.Select(feature => feature.Variable)]),
        };
        rules.AddRange(
            plan.Privacy is { } privacy
                ? RulesOn(privacy)
                :
                [
                    new PolicyRule(
                        WithoutPrivacyKey,
                        PolicyRelation.Promise,
                        plan.PrivacyInWords,
                        WithoutPrivacy ? "allow" : "refuse",
                        WithoutPrivacy
                    ),
                ]
        );
        rules.Add(AtLeast("cohort.minimum_sites", MinimumSites, plan.Aggregation.MinimumSites));
        rules.Add(AtLeast("cohort.expected_patients", ExpectedPatients, plan.Privacy?.ExpectedPatients));
        return rules.OfType<PolicyRule>();
    }

    /// <summary>The canonical bytes: JSON as in plans, keys as in the file, without what is not there.</summary>
    public byte[] ToBytes() => PolicyJson.Of(this).ToBytes();

    /// <summary>A number as rules write it, every digit.</summary>
    internal static string Number(double value) => value.ToString("r", CultureInfo.InvariantCulture);

    /// <summary>A day as files write it.</summary>
    internal static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private IEnumerable<PolicyRule?> RulesOn(PrivacyPlan privacy) =>
        [
            OneOf("privacy.units", Units, privacy.Unit),
            AtMost("privacy.study.epsilon", Study?.Epsilon, privacy.Epsilon),
            AtMost("privacy.study.delta", Study?.Delta, privacy.Delta),
            OneOf("privacy.noise", Noise, privacy.Noise),
            AtLeast("privacy.noise_floor", NoiseFloor, OwnNoise(privacy)),
        ];

    /// <summary>The rule on what all studies together spend, if the policy has one and the plan spends anything.</summary>
    /// <inheritdoc cref="Rules"/>
    public IEnumerable<PolicyRule> RulesOnTotal(StudyPlan plan, double? epsilonOfAll) =>
        Total is { } total && plan?.Privacy is not null ? [AtMost(TotalKey, total.Epsilon, epsilonOfAll)!] : [];

    /// <summary>Noise of the site's own part: all of it where each site adds all.</summary>
    private static double OwnNoise(PrivacyPlan privacy) =>
        privacy.Noise == "local" ? Math.Max(privacy.NoiseFloor, privacy.NoiseMultiplier) : privacy.NoiseFloor;

    private static PolicyRule? OneOf(string key, ImmutableArray<string>? allowed, string value) =>
        allowed is { } words
            ? new PolicyRule(key, PolicyRelation.OneOf, value, string.Join(", ", words), words.Contains(value, StringComparer.Ordinal))
            : null;

    private static PolicyRule? Among(string key, ImmutableArray<string>? allowed, ImmutableArray<string> values)
    {
        if (allowed is not { } words)
        {
            return null;
        }

        ImmutableArray<string> beyond = [.. values.Except(words, StringComparer.Ordinal)];
        return new PolicyRule(
            key,
            PolicyRelation.Among,
            string.Join(", ", beyond.IsEmpty ? values : beyond),
            string.Join(", ", words),
            beyond.IsEmpty
        );
    }

    private static PolicyRule? AtMost(string key, double? limit, double? value) =>
        limit is { } most // a value that is unknown or NaN is not within any limit
            ? new PolicyRule(key, PolicyRelation.AtMost, value is { } known ? Number(known) : null, Number(most), value <= most)
            : null;

    private static PolicyRule? AtLeast(string key, double? limit, double? value) =>
        limit is { } least
            ? new PolicyRule(key, PolicyRelation.AtLeast, value is { } known ? Number(known) : null, Number(least), value >= least)
            : null;
}

/// <summary>The most that may be spent: ε at δ.</summary>
/// <param name="Epsilon">Above 0, finite.</param>
/// <param name="Delta">In (0, 1).</param>
public sealed record PolicyLimit(double Epsilon, double Delta);

/// <summary>A policy that was read, or everything that is wrong with it.</summary>
public abstract record PolicyResult
{
    private PolicyResult() { }

    /// <summary>A policy.</summary>
    public sealed record Valid(SitePolicy Policy) : PolicyResult;

    /// <summary>None: all faults, in the order of the document.</summary>
    public sealed record Invalid(ImmutableArray<DocumentFault> Faults) : PolicyResult;
}
