using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Cli.Audit;

/// <summary>What an entry says, in a few words for a table.</summary>
internal static class EntryWords
{
    internal static string Of(LogEntry entry) =>
        entry.Body switch
        {
            LogBeginning b => b.Origin,
            CoordinatorStart b => b.Software,
            KeyRegistration or KeyRevocation => "",
            PlanRegistration b => string.Join(", ", b.Privacy.Select(pair => $"{pair.Key} {pair.Value}")),
            PlanDecision b => b.Reason.Value,
            PolicyChange b => $"policy {b.Policy.Abbreviated}",
            CohortFormation b => $"round {b.Round}, attempt {b.Attempt}: {string.Join(' ', b.Members)}",
            RoundCommitment b => $"round {b.Round}, attempt {b.Attempt}: {string.Join(' ', b.Survivors)}",
            RoundAbort b => $"round {b.Round}, attempt {b.Attempt}: {b.Stage}, {b.Code}{(b.Blamed is { } site ? $", by {site}" : "")}",
            PrivacyCharge b => $"round {b.Round}, attempt {b.Attempt}: epsilon {b.Epsilon} so far",
            ArtefactRelease b => $"{b.Artefact.Abbreviated} to {string.Join(' ', b.Recipients)}",
            SiteRefusal b => b.Code.Value,
            MisbehaviourEvidence b => b.Code.Value,
            _ => "",
        };
}
