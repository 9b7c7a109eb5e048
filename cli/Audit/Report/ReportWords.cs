using Federated.Audit;

namespace Federated.Cli.Audit.Report;

/// <summary>What a report says in its own words, in one language. Every text is encoded where it is used; numbers keep the log's digits.</summary>
internal sealed record ReportWords
{
    /// <summary>As HTML's <c>lang</c>.</summary>
    internal required string Language { get; init; }

    /// <summary>Between the whole part and decimals.</summary>
    internal required char Point { get; init; }

    internal required string Title { get; init; }
    internal required string Eyebrow { get; init; }

    // The verdict.
    internal required string VerifiedWord { get; init; }
    internal required string FailedWord { get; init; }
    internal required Func<VerifiedCounts, string> Verified { get; init; }

    /// <summary>Sums that were computed again from masked inputs, and those that were not.</summary>
    internal required Func<long, long, string> Recomputed { get; init; }
    internal required Func<string, string> FailedAt { get; init; }
    internal required string FailedMeans { get; init; }
    internal required string NothingRead { get; init; }
    internal required Func<AuditAnomalies, string> Anomalies { get; init; }
    internal required Func<UnregisteredLines, string> Unregistered { get; init; }
    internal required string Unverified { get; init; }

    // What it rests on.
    internal required string Root { get; init; }
    internal required string RootGiven { get; init; }
    internal required string RootOwn { get; init; }
    internal required string Log { get; init; }
    internal required string Checkpoint { get; init; }
    internal required Func<string, string, string> CheckpointOf { get; init; }
    internal required string CosignedBy { get; init; }
    internal required string LastEntry { get; init; }
    internal required string ByAuthorsClock { get; init; }
    internal required string Given { get; init; }
    internal required string NoneGiven { get; init; }

    // At a glance.
    internal required string Glance { get; init; }
    internal required string GlanceMeans { get; init; }
    internal required string Site { get; init; }
    internal required string Approval { get; init; }
    internal required string BudgetUsed { get; init; }
    internal required string SumsWith { get; init; }
    internal required string NoDecision { get; init; }
    internal required string NoPrivacy { get; init; }
    internal required string NothingCharged { get; init; }
    internal required string NoStudies { get; init; }
    internal required Func<string, string, string, string> SpentOf { get; init; }
    internal required string Training { get; init; }
    internal required string Evaluation { get; init; }

    // A study.
    internal required string Study { get; init; }
    internal required string Purpose { get; init; }
    internal required string Researcher { get; init; }
    internal required string Registered { get; init; }
    internal required string PlanHash { get; init; }
    internal required string Sites { get; init; }
    internal required Func<int, int, string> AtLeast { get; init; }
    internal required string Promise { get; init; }
    internal required Func<string, string, string, string> PromiseOf { get; init; }
    internal required string Noise { get; init; }
    internal required Func<NoiseTerms, string> NoiseOf { get; init; }
    internal required string Progress { get; init; }
    internal required Func<int, int, int, string> ProgressOf { get; init; }
    internal required Func<string, string, string> Between { get; init; }
    internal required string InitialModel { get; init; }
    internal required string LastModel { get; init; }
    internal required string Code { get; init; }
    internal required string ChartTitle { get; init; }
    internal required string PromiseMark { get; init; }
    internal required string Charges { get; init; }
    internal required string ChargesMean { get; init; }
    internal required string What { get; init; }
    internal required string RoundsColumn { get; init; }
    internal required string Releases { get; init; }
    internal required Func<int, string> InFailed { get; init; }
    internal required string Mechanism { get; init; }
    internal required Func<string, int, string, string> MechanismOf { get; init; }
    internal required string Spent { get; init; }
    internal required string Floor { get; init; }
    internal required string When { get; init; }
    internal required string LedgerColumn { get; init; }
    internal required Func<int, int, string> LedgerLines { get; init; }
    internal required string Entry { get; init; }
    internal required Func<long, long, string> Entries { get; init; }
    internal required string Decisions { get; init; }
    internal required string DecisionsMean { get; init; }
    internal required string Decision { get; init; }
    internal required string Approved { get; init; }
    internal required string Rejected { get; init; }
    internal required string Withdrawn { get; init; }
    internal required string Reason { get; init; }
    internal required string PolicyHash { get; init; }
    internal required string DecisionHash { get; init; }
    internal required Func<string, string?> ReasonOf { get; init; }
    internal required string Released { get; init; }
    internal required string NothingReleased { get; init; }
    internal required string ReleasedModel { get; init; }
    internal required string ReleasedEvaluation { get; init; }
    internal required string ReleasedInputs { get; init; }
    internal required string ArtefactHash { get; init; }
    internal required string Recipients { get; init; }
    internal required string Unusual { get; init; }
    internal required string NothingUnusual { get; init; }
    internal required string Event { get; init; }
    internal required Func<string, string, string> Attempt { get; init; }
    internal required Func<string, string, string> AbortedOf { get; init; }
    internal required string Nobody { get; init; }
    internal required string Blamed { get; init; }
    internal required Func<string, string> RefusalOf { get; init; }
    internal required Func<string, string> MisbehaviourOf { get; init; }
    internal required Func<int, string, string> AndMore { get; init; }

    // Data sets.
    internal required string DataSets { get; init; }
    internal required string DataSetsMean { get; init; }
    internal required string NoLedgers { get; init; }
    internal required Func<string, string, string, string> CapOf { get; init; }
    internal required string CapMark { get; init; }
    internal required string UnusedLedger { get; init; }

    // Keys.
    internal required string Keys { get; init; }
    internal required string Member { get; init; }
    internal required string Entity { get; init; }
    internal required string CredentialHash { get; init; }
    internal required string Status { get; init; }
    internal required string Counts { get; init; }
    internal required Func<long, string> Replaced { get; init; }
    internal required Func<long, string> Revoked { get; init; }
    internal required Func<string, string> RoleOf { get; init; }
    internal required string Changes { get; init; }
    internal required Func<string, string> StartedWith { get; init; }
    internal required string PolicyChanged { get; init; }
    internal required Func<long, string> RevocationList { get; init; }
    internal required string ConfigurationHash { get; init; }

    // Checking.
    internal required string Covered { get; init; }
    internal required IReadOnlyList<string> CoveredList { get; init; }
    internal required string NotCovered { get; init; }
    internal required IReadOnlyList<string> NotCoveredList { get; init; }
    internal required string Yourself { get; init; }
    internal required IReadOnlyList<(string What, string Command)> YourselfList { get; init; }
    internal required string Footer { get; init; }

    internal static ReportWords In(string language) => language == LanguageOption.InFrench ? FrenchWords.All : EnglishWords.All;

    /// <summary>Counts with what they count, without those that are none.</summary>
    internal static string Listed(params IEnumerable<(long Count, string Text)> counts) =>
        string.Join(", ", counts.Where(one => one.Count > 0).Select(one => one.Text));

    /// <summary>A number of the log in this language: the same digits.</summary>
    internal string Number(string text) => text.Replace('.', Point);
}

/// <summary>How much was verified.</summary>
internal sealed record VerifiedCounts(long Entries, long Studies, long Sites, long Rounds, long Charges, long Cosigned);

/// <summary>A plan's noise as the log has it.</summary>
internal sealed record NoiseTerms(string Kind, string Multiplier, string Floor, string SamplingRate);
