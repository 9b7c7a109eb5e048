using System.Text;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Identity;
using Federated.Privacy;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;
using Federated.SecureAggregation.Journals;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;
using Federated.TransparencyLog;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;

namespace Federated.Audit.Tests.World;

/// <summary>
/// What a consortium does, step by step, with its log and the folder that an auditor gets. A lie is a change to an entry before it is signed and logged: coordinator and
/// sites that lie sign their lies, so that nothing but the audit's own checks exposes them.
/// </summary>
internal sealed class Story
{
    private readonly Dictionary<(Digest Plan, SiteName Site, bool IsEvaluation), int> _charges = [];
    private readonly Dictionary<Digest, StudyCosts> _costs = [];
    private readonly Dictionary<SiteName, List<byte[]>> _ledgers = [];
    private readonly List<(SealedPlan Plan, AttemptNumber Attempt, RealRound Ran, Digest Result)> _ran = [];
    private LogAppender _log = LogAppender.Empty;
    private uint _minutes;

    public Story(SmallConsortium world)
    {
        World = world;
        Origin = KeyNames.Origin(world.Root.Hash, world.Coordinator.Holder.Name);
        Files["root.crt"] = Encoding.ASCII.GetBytes(world.Root.ToPem());
    }

    public SmallConsortium World { get; }

    public KeyName Origin { get; init; }

    /// <summary>The folder; without checkpoint before <see cref="Seal"/>.</summary>
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Changes an entry, or drops it with null.</summary>
    public Func<LogEntry, LogEntry?> Lie { get; init; } = entry => entry;

    /// <summary>The checkpoint that a round is begun under; by default the log as it is.</summary>
    public Func<TreeHead, TreeHead> ViewOf { get; init; } = head => head;

    /// <summary>Who cosigns; by default three of four, a quorum.</summary>
    public Func<IEnumerable<Member>, IEnumerable<Member>> Cosigners { get; init; } = sites => sites.Take(3);

    public TreeHead Head => _log.Head;

    public static StudyReference Reference(SealedPlan plan) => new(PlanOf(plan).Name, Digest.Of(plan.Plan.Span));

    public static StudyPlan PlanOf(SealedPlan plan) => ((PlanResult.Valid)PlanCodec.Decode(plan.Plan)).Plan;

    /// <summary>Appends an entry of the coordinator, or of a site.</summary>
    public Story Say(EntryKind kind, EntryBody body, SealedPlan? plan = null, Member? by = null)
    {
        by ??= World.Coordinator;
        var time = DateTimeOffset.UnixEpoch.AddYears(60).AddMinutes(_minutes++);
        var entry = Lie(new LogEntry(kind, plan is null ? null : Reference(plan), time, by.Name, body));
        if (entry is not null)
        {
            using var signer = (
                entry.Actor == by.Name ? by : World.Sites.Append(World.Coordinator).Single(member => member.Name == entry.Actor)
            ).Entries();
            Append(SealedEntry.Sign(entry, signer).ToBytes());
        }

        return this;
    }

    public Story Append(byte[] entry)
    {
        var appended = _log.Append([entry]);
        foreach (var file in appended.Files)
        {
            Files[file.Path.ToString()] = file.Bytes.ToArray();
        }

        _log = appended.After;
        return this;
    }

    /// <summary>Genesis, start, and everybody's keys.</summary>
    public Story Begin(params IEnumerable<Member> without)
    {
        Say(EntryKind.LogBegan, new LogBeginning(Origin.Value, World.Root.Hash, "tests 1"));
        Register(World.Coordinator);
        Say(EntryKind.CoordinatorStarted, new CoordinatorStart("tests 1", Digest.Of("settings"u8)));
        foreach (var site in World.Sites.Except(without))
        {
            Register(site);
        }

        return this;
    }

    public Story Register(Member member) => Say(EntryKind.KeyRegistered, new KeyRegistration(Encoding.UTF8.GetString(member.Credential)));

    /// <summary>Discloses and registers a plan.</summary>
    public Story Propose(SealedPlan plan)
    {
        var folder = $"plans/{Digest.Of(plan.Plan.Span)}";
        Files[$"{folder}/plan.json"] = plan.Plan.ToArray();
        Files[$"{folder}/researcher.crt"] = plan.Certificate.ToArray();
        Files[$"{folder}/signature"] = plan.Signature.ToArray();
        return Say(EntryKind.PlanRegistered, PlanRegistration.Of(PlanOf(plan), Digest.Of("code"u8)), plan);
    }

    public Story Approve(SealedPlan plan, params IEnumerable<Member> sites) =>
        sites.Aggregate(this, (story, site) => story.Decide(EntryKind.PlanApproved, plan, site));

    public Story Decide(EntryKind kind, SealedPlan plan, Member site) =>
        Say(kind, new PlanDecision(Digest.Of("policy"u8), EntryCode.Parse("within-policy"), Digest.Of(DecisionOf(site))), plan, site);

    /// <summary>A site's decision, as a file of its own.</summary>
    public static byte[] DecisionOf(Member site) => System.Text.Encoding.ASCII.GetBytes($"decided at {site.Holder.Name}");

    /// <summary>Everything before the first round.</summary>
    public Story Prepare(SealedPlan plan) => Propose(plan).Approve(plan, World.Sites);

    /// <summary>A real round: cohort, charges where the plan has privacy, commitment, proof and sum.</summary>
    /// <returns>The model after it and H4.</returns>
    public (ModelState Model, Digest Result) Round(
        SealedPlan plan,
        (ModelState Model, Digest Result)? before = null,
        uint attempt = 1,
        SiteName? leaver = null,
        bool withInputs = false,
        Func<long[], long[]>? announce = null
    )
    {
        var study = PlanOf(plan);
        var (model, previous) = before ?? (InitialModel.Of(study), default);
        var view = ViewOf(Head);
        var ran = RealRound.Run(World, study, model, previous, new LogView((ulong)view.Size.Value, view.Root), attempt, leaver, announce);
        if (withInputs)
        {
            Disclose($"inputs/{Digest.Of(plan.Plan.Span)}/{ran.Model.Round.Value:d5}", ran);
        }

        return Commit(plan, ran, view, new AttemptNumber(attempt));
    }

    private void Disclose(string folder, RealRound ran)
    {
        Files[$"{folder}/opening"] = ran.Opening.ToBytes();
        foreach (var (site, input) in ran.Inputs)
        {
            Files[$"{folder}/{site}.input"] = input;
        }
    }

    private (ModelState Model, Digest Result) Commit(SealedPlan plan, RealRound ran, TreeHead view, AttemptNumber attempt)
    {
        var study = PlanOf(plan);
        var (proof, round) = (ran.Proof, ran.Model.Round);
        SiteName[] members = [.. proof.Advertisements.Select(body => KeyAdvertisement.Parse(body, Suite.X25519Ed25519)!.Site)];
        var h0 = Transcript.H0(proof.Invitation.Body);
        var h1 = Transcript.H1(h0, [.. proof.Advertisements.Select(body => Digest.Of(body.Span))]);
        var h2 = Transcript.H2(h1, proof.Sharers, proof.Headers);
        var h3 = Transcript.H3(h2, proof.Survivors);
        var sum = Digest.Of(ran.Sum);
        var h4 = Transcript.H4(h3, sum, ran.Model.Hash);
        Say(EntryKind.CohortFormed, new CohortFormation(round, attempt, h0, h1, [.. members], view), plan);
        if (study.Privacy is not null)
        {
            foreach (var site in ran.Survivors)
            {
                Say(EntryKind.PrivacyCharged, Charge(plan, site, round, attempt, h2), plan, World.Site(site));
            }
        }

        var name = $"rounds/{Digest.Of(plan.Plan.Span)}/{round.Value:d5}";
        Files[$"{name}.proof"] = proof.ToBytes();
        Files[$"{name}.sum"] = ran.Sum;
        Say(
            EntryKind.RoundCommitted,
            new RoundCommitment(
                round,
                attempt,
                [h0, h1, h2, h3, h4],
                [.. members],
                [.. proof.Sharers.Members.Select(i => members[i])],
                [.. ran.Survivors],
                sum,
                Digest.Of(proof.Acknowledgements.ToBody()),
                ran.Model.Hash,
                Digest.Of(proof.ToBytes())
            ),
            plan
        );
        _ran.Add((plan, attempt, ran, h4));
        return (ran.Model, h4);
    }

    /// <summary>What an honest site says that a release costs.</summary>
    public PrivacyCharge Charge(SealedPlan plan, SiteName site, RoundNumber round, AttemptNumber attempt, Digest h2)
    {
        var hash = Digest.Of(plan.Plan.Span);
        if (!_costs.TryGetValue(hash, out var costs))
        {
            costs = _costs[hash] = new StudyCosts(((StudyReleasesResult.Accepted)StudyReleases.Of(PlanOf(plan))).Releases);
        }

        var isEvaluation = costs.IsEvaluation(round);
        var count = _charges[(hash, site, isEvaluation)] = _charges.GetValueOrDefault((hash, site, isEvaluation)) + 1;
        var ledger = LedgerOf(site);
        ledger.Add(LedgerLineFor(plan, costs, round, attempt, ledger));
        var cost = costs.After(count, isEvaluation);
        return new PrivacyCharge(
            round,
            attempt,
            h2,
            EntryCode.Parse(cost.Mechanism),
            EntryCode.Parse(cost.Unit),
            DecimalText.RoundedUp(double.Parse(cost.LocalNoise, System.Globalization.CultureInfo.InvariantCulture), 0),
            cost.HonestShares,
            DecimalText.RoundedUp(cost.SamplingBound, ReleaseCost.SamplingDecimals),
            DecimalText.RoundedUp(cost.Epsilon, ReleaseCost.Decimals),
            DecimalText.RoundedUp(cost.EpsilonFloor, ReleaseCost.Decimals),
            Digest.Of(ledger[0]),
            ledger.Count,
            Digest.Of(ledger[^1])
        );
    }

    /// <summary>A site's ledger so far, line by line.</summary>
    public List<byte[]> LedgerOf(SiteName site)
    {
        if (!_ledgers.TryGetValue(site, out var lines))
        {
            Assert.IsTrue(DataSetName.TryParse(site.Value, out var name));
            var cap = new Budget(new Epsilon(10), new Delta(1e-5));
            var first = new LedgerLine(
                1,
                default,
                DateTimeOffset.UnixEpoch,
                new LedgerEntry.Registered(name, cap, new HumanAct("someone", "a test"))
            );
            _ledgers[site] = lines = [first.ToBytes()];
        }

        return lines;
    }

    private static byte[] LedgerLineFor(SealedPlan plan, StudyCosts costs, RoundNumber round, AttemptNumber attempt, List<byte[]> ledger)
    {
        var study = PlanOf(plan);
        var releases = ((StudyReleasesResult.Accepted)StudyReleases.Of(study)).Releases;
        var isEvaluation = costs.IsEvaluation(round);
        var terms = isEvaluation ? releases.Evaluation! : releases.Training;
        var charge = new Charge(
            Digest.Of(plan.Plan.Span),
            study.Name,
            round,
            attempt,
            isEvaluation ? "evaluation" : "update",
            study.DimensionOf(round),
            isEvaluation ? Population.Test : Population.Training,
            terms.Event,
            terms.FloorEvent
        );
        return new LedgerLine(ledger.Count + 1, Digest.Of(ledger[^1]), DateTimeOffset.UnixEpoch, new LedgerEntry.Charged(charge)).ToBytes();
    }

    /// <summary>An honest site's journal of all rounds so far.</summary>
    public IEnumerable<JournalEntry> JournalOf(SiteName site)
    {
        yield return new JournalEntry.Opened(site);
        foreach (var (plan, attempt, ran, result) in _ran)
        {
            var hash = Digest.Of(plan.Plan.Span);
            if (ran.Survivors.ToList().IndexOf(site) is var at and >= 0)
            {
                yield return new JournalEntry.Releasing(hash, new Attempt(ran.Model.Round, attempt), ran.Proof.Survivors.InputDigests[at]);
            }

            yield return new JournalEntry.Committed(hash, ran.Model.Round, ran.Model.Hash, result);
        }
    }

    /// <summary>Entries as a journal's file.</summary>
    public static byte[] Written(IEnumerable<JournalEntry> entries)
    {
        var (file, head, number) = (new List<byte>(), default(Digest), 0L);
        foreach (var entry in entries)
        {
            var line = new JournalLine(++number, head, DateTimeOffset.UnixEpoch, entry);
            file.AddRange([.. line.ToBytes(), (byte)'\n']);
            head = line.Hash;
        }

        return [.. file];
    }

    /// <summary>Signs the log as it is, and has it cosigned.</summary>
    public Story Seal()
    {
        using var signer = World.Coordinator.Checkpoints(Origin);
        var checkpoint = SignedCheckpoint.Sign(Checkpoint.Of(Origin.Value, Head), signer);
        var policy = new LogPolicy(Origin.Value, signer.Key, [], quorum: 0);
        var accepted = (WitnessDecision.Accepted)
            new Witness(policy).Consider(null, new AddCheckpointRequest(new TreeSize(0), [], checkpoint));
        foreach (var site in Cosigners(World.Sites))
        {
            using var witness = site.Witness();
            checkpoint = checkpoint.With(witness.Cosign(accepted.Next, DateTimeOffset.UnixEpoch.AddYears(60)));
        }

        Files["checkpoint"] = checkpoint.ToBytes();
        foreach (var stale in Files.Keys.Where(name => name.StartsWith("tile/", StringComparison.Ordinal)).Except(TilesOf()).ToList())
        {
            Files.Remove(stale); // a narrower tile that a wider one replaced
        }

        return this;
    }

    public AuditVerdict Audit(byte[]? root = null) =>
        LogAudit.Verify(Request() with { Root = root is null ? null : new GivenFile("given.pem", root) });

    /// <summary>The log alone.</summary>
    public AuditRequest Request() => new() { Folder = new LogFolder(() => Files.Keys, Files.GetValueOrDefault) };

    /// <summary>A whole honest history: both studies, masked inputs of one, a site that leaves a round, an aborted attempt, releases.</summary>
    public static Story Whole(
        SmallConsortium world,
        Func<LogEntry, LogEntry?>? lie = null,
        Func<IEnumerable<Member>, IEnumerable<Member>>? cosigners = null
    )
    {
        var story = new Story(world) { Lie = lie ?? (entry => entry), Cosigners = cosigners ?? (sites => sites.Take(3)) }.Begin();
        story.Say(EntryKind.PolicyChanged, new PolicyChange(Digest.Of("policy"u8)), by: world.Sites[0]);
        story.Prepare(world.Open).Prepare(world.Private);
        var open = story.Round(world.Open, withInputs: true);
        story.Say(
            EntryKind.RoundAborted,
            new RoundAbort(new RoundNumber(2), new AttemptNumber(1), EntryCode.Parse("keys"), EntryCode.Parse("cohort-small"), null),
            world.Open
        );
        story.Say(EntryKind.Refusal, new SiteRefusal(EntryCode.Parse("timeout"), Digest.Of([])), world.Open, world.Sites[1]);
        open = story.Round(world.Open, open, attempt: 2, leaver: world.Sites[0].Holder.Name, withInputs: true);
        var last = story.Round(world.Private);
        last = story.Round(world.Private, last);
        last = story.Round(world.Private, last);
        story.Say(EntryKind.ModelReleased, story.Released(open.Model.Hash, "0"), world.Open);
        story.Say(
            EntryKind.EvaluationReleased,
            story.Released(Digest.Of(story.Files[$"rounds/{Digest.Of(world.Private.Plan.Span)}/00003.sum"]), "2"),
            world.Private
        );
        return story.Seal();
    }

    public ArtefactRelease Released(Digest artefact, string epsilon) =>
        new(artefact, DecimalText.TryParse(epsilon, out var spent) ? spent : default, [.. World.Sites.Select(site => site.Holder.Name)]);

    private IEnumerable<string> TilesOf() => TransparencyLog.Tiles.Tiling.FilesOf(Head.Size).Select(path => path.ToString());
}
