using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>What one release of one attempt costs the patients, in the terms that decide it.</summary>
/// <param name="Plan">Hash of the study's plan.</param>
/// <param name="Study">The study's name, for people.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt at it. Each attempt pays for itself: its noise and its batch are its own.</param>
/// <param name="Released">What left, in a word: <c>update</c>, <c>evaluation</c>.</param>
/// <param name="Numbers">How many numbers left (d), at least 1.</param>
/// <param name="Population">Whose data it was computed from.</param>
/// <param name="Event">
/// What it shows to the coordinator and the c sites of the plan's threshold together, for adding or removing one patient. Simple, or composed.
/// </param>
/// <param name="Floor">What it would show should all other sites and the coordinator collude: this site's own noise alone.</param>
/// <param name="Times">How many times that happened in this one release, such as local steps; 1 to a thousand million.</param>
public sealed record Charge(
    Digest Plan,
    string Study,
    RoundNumber Round,
    AttemptNumber Attempt,
    string Released,
    long Numbers,
    Population Population,
    PrivacyEvent Event,
    PrivacyEvent Floor,
    long Times = 1
)
{
    /// <summary>Longest name of a study, in characters.</summary>
    public const int MaxStudyLength = 500;

    /// <summary>Longest word for what was released, in characters.</summary>
    public const int MaxReleasedLength = 40;

    /// <summary>What identifies a release: two charges for one are a replay.</summary>
    internal (Digest Plan, RoundNumber Round, AttemptNumber Attempt, string Released) Key => (Plan, Round, Attempt, Released);

    /// <summary>Why this is no charge that a ledger could hold, or null.</summary>
    public string? Fault() =>
        Study is null || Study.Length is < 1 or > MaxStudyLength ? $"The study's name has to have 1 to {MaxStudyLength} characters."
        : Released is null || Released.Length is < 1 or > MaxReleasedLength || !Released.All(c => c is (>= 'a' and <= 'z') or '_')
            ? $"What is released is named in 1 to {MaxReleasedLength} of a-z and '_'."
        : Numbers is < 1 or > 1L << 53 ? $"{Numbers} numbers are released; there has to be at least 1."
        : Round.Value > int.MaxValue || Attempt.Value > int.MaxValue ? $"Round {Round}, attempt {Attempt} is beyond {int.MaxValue}."
        : !Enum.IsDefined(Population) ? $"Population {Population} is neither training nor test."
        : Event is null || Floor is null || Event.Parts.IsEmpty || Floor.Parts.IsEmpty ? "The privacy event is missing."
        : CountedEvent.Fault(Times) ?? PldAccountant.Fault(Event) ?? RdpAccountant.Fault(Event);
}

/// <summary>What a study still means to release, for the question whether it would fit.</summary>
/// <param name="Plan">Hash of the plan.</param>
/// <param name="Population">Whose data it is computed from.</param>
/// <param name="Event">Each release, as in <see cref="Charge.Event"/>.</param>
/// <param name="Count">How many in all, spare rounds included; what was charged of them already counts towards it.</param>
public sealed record PlannedReleases(Digest Plan, Population Population, PrivacyEvent Event, long Count);
