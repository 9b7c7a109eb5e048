using System.Collections.Immutable;
using Federated.Federation;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Entries;

/// <summary>One entry of each kind.</summary>
internal static class Samples
{
    public static readonly StudyReference Study = new("Herz „Studie“ \\ 2030", Hash(1));

    public static readonly KeyName Site = KeyNames.ForSite(SiteName.Parse("cleveland"));

    private static readonly KeyName s_coordinator = KeyNames.ForCoordinator(SiteName.Parse("hub"));

    private static readonly ImmutableArray<SiteName> s_sites =
    [
        .. new[] { "basel", "cleveland", "hungarian", "va" }.Select(SiteName.Parse),
    ];

    /// <summary>The site's, if nothing else is asked for.</summary>
    public static NoteSigner Signer(EntryKind kind = EntryKind.Refusal) => new(ActorOf(kind), new Seeded($"{ActorOf(kind)}").Bytes(32));

    public static KeyName ActorOf(EntryKind kind) => EntryKinds.SignerOf(kind) == EntrySigner.Coordinator ? s_coordinator : Site;

    public static IEnumerable<LogEntry> All => Enum.GetValues<EntryKind>().Select(Of);

    public static LogEntry Of(EntryKind kind) =>
        new(
            kind,
            EntryKinds.ScopeOf(kind) == EntryScope.Consortium ? null : Study,
            new DateTimeOffset(2030, 1, 31, 8, 15, 0, 250, TimeSpan.Zero),
            ActorOf(kind),
            BodyOf(kind)
        );

    public static EntryBody BodyOf(EntryKind kind)
    {
        var (round, attempt) = (new RoundNumber(3), new AttemptNumber(1));
        return kind switch
        {
            EntryKind.LogBegan => new LogBeginning("federated/0123456789abcdef/hub", Hash(15), "1.0.0"),
            EntryKind.CoordinatorStarted => new CoordinatorStart("1.0.0", Hash(16)),
            EntryKind.KeyRegistered => new KeyRegistration("{\"kind\":\"a credential\"}"),
            EntryKind.KeyRevoked => new KeyRevocation("{\"kind\":\"a list\"}"),
            EntryKind.PolicyChanged => new PolicyChange(Hash(5)),
            EntryKind.PlanRegistered => new PlanRegistration(
                Hash(2),
                Hash(3),
                Hash(4),
                Texts(("epsilon_cap", "2"), ("mechanism", "none"), ("unit", "patient"))
            ),
            EntryKind.PlanApproved or EntryKind.PlanRejected or EntryKind.PlanWithdrawn => new PlanDecision(
                Hash(5),
                EntryCode.Parse("within-policy"),
                Hash(17)
            ),
            EntryKind.CohortFormed => new CohortFormation(
                round,
                attempt,
                Hash(10),
                Hash(11),
                s_sites,
                new TreeHead(new TreeSize(77), Hash(6))
            ),
            EntryKind.RoundCommitted => new RoundCommitment(
                round,
                attempt,
                [.. Enumerable.Range(10, 5).Select(Hash)],
                s_sites,
                s_sites[..3],
                s_sites[1..3],
                Hash(7),
                Hash(8),
                Hash(9),
                Hash(18)
            ),
            EntryKind.RoundAborted => new RoundAbort(
                round,
                attempt,
                EntryCode.Parse("masking"),
                EntryCode.Parse("survivors-small"),
                s_sites[0]
            ),
            EntryKind.PrivacyCharged => new PrivacyCharge(
                round,
                attempt,
                Hash(12),
                EntryCode.Parse("discrete-gaussian"),
                EntryCode.Parse("patient"),
                Number("2421601"),
                3,
                Number("0.25"),
                Number("0.731"),
                Number("1.05"),
                Hash(19),
                2,
                Hash(20)
            ),
            EntryKind.ModelReleased or EntryKind.EvaluationReleased or EntryKind.InputsReleased => new ArtefactRelease(
                Hash(9),
                Number("0.731"),
                s_sites
            ),
            EntryKind.Refusal => new SiteRefusal(EntryCode.Parse("plan-hash"), Hash(13)),
            EntryKind.Misbehaviour => new MisbehaviourEvidence(EntryCode.Parse("two-survivor-sets"), "00ff", "ff00"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no sample"),
        };
    }

    public static Digest Hash(int of) => Digest.Of([(byte)of]);

    public static DecimalText Number(string text) => DecimalText.TryParse(text, out var number) ? number : throw new FormatException(text);

    private static ImmutableSortedDictionary<string, string> Texts(params (string Key, string Text)[] texts) =>
        texts.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Text, StringComparer.Ordinal);
}
