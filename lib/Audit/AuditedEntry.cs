using Federated.Federation;
using Federated.Federation.Plans;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit;

/// <summary>An entry as an audit looked at it.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Proposed">Of <c>plan.registered</c>: the plan that was disclosed; null for all others.</param>
public sealed record AuditedEntry(LeafIndex Index, LogEntry Entry, ProposedPlan? Proposed);

/// <summary>A plan that a registration names.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Researcher">Who signed it.</param>
public sealed record ProposedPlan(StudyPlan Plan, SiteName Researcher);
