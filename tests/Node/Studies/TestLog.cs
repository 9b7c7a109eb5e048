using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Node.Tests.Studies;

/// <summary>A coordinator's log in this process, signed with its real key and cosigned by the sites of a plan, whatever it says.</summary>
internal sealed class TestLog
{
    private readonly Dictionary<TilePath, byte[]> _files = [];
    private readonly List<byte[]> _entries = [];
    private readonly MemberKeys _hub;
    private readonly KeyName _origin;
    private LogAppender _log = LogAppender.Empty;

    public TestLog(MemberKeys hub, TlsIdentity tls)
    {
        _hub = hub;
        _origin = KeyNames.Origin(Digest.Of(tls.Root.RawData), hub.Credential.Holder.Name);
    }

    private TestLog(TestLog past, MemberKeys hub)
    {
        (_hub, _origin, _log) = (hub, past._origin, past._log);
        _files = new Dictionary<TilePath, byte[]>(past._files);
        _entries = [.. past._entries];
    }

    /// <summary>The same log so far, which goes on by itself.</summary>
    public TestLog Fork() => new(this, _hub);

    /// <summary>The same log, of a coordinator that has other keys since.</summary>
    public TestLog SignedBy(MemberKeys hub) => new(this, hub);

    /// <summary>Sites whose cosignatures are shown; all of the roster by default.</summary>
    public Func<SiteName, bool> Cosigns { get; set; } = _ => true;

    /// <summary>Size and root.</summary>
    public TreeHead Head => _log.Head;

    /// <summary>The checkpoint as invitations name it.</summary>
    public LogView View => new((ulong)Head.Size.Value, Head.Root);

    /// <summary>Adds an entry.</summary>
    public void Append(byte[] entry)
    {
        var batch = _log.Append([entry]);
        foreach (var file in batch.Files)
        {
            _files[file.Path] = file.Bytes.ToArray();
        }

        _log = batch.After;
        _entries.Add(entry);
    }

    /// <summary>Says, as the coordinator, that a study's past ends so: with its registration, or with a round.</summary>
    public void AppendPast(StudyPlan plan, uint round, Digest model, Digest result)
    {
        EntryBody body =
            round == 0
                ? new PlanRegistration(
                    plan.RosterHash,
                    model,
                    Software.Digest,
                    ImmutableSortedDictionary<string, string>.Empty.Add("unit", "none")
                )
                : new RoundCommitment(
                    new RoundNumber(round),
                    new AttemptNumber(1),
                    [default, default, default, default, result],
                    plan.Roster,
                    plan.Roster,
                    plan.Roster,
                    default,
                    default,
                    model,
                    default
                );
        var kind = round == 0 ? EntryKind.PlanRegistered : EntryKind.RoundCommitted;
        using var signer = _hub.Private.LogSigner(KeyNames.ForCoordinator(_hub.Credential.Holder.Name));
        Append(
            SealedEntry
                .Sign(
                    new Federated.TransparencyLog.Entries.LogEntry(
                        kind,
                        new StudyReference(plan.Name, plan.Hash()),
                        DateTimeOffset.UnixEpoch,
                        signer.Key.Name,
                        body
                    ),
                    signer
                )
                .ToBytes()
        );
    }

    /// <summary>An entry of the coordinator's own, each another.</summary>
    public byte[] Started(Guid which)
    {
        using var signer = _hub.Private.LogSigner(KeyNames.ForCoordinator(_hub.Credential.Holder.Name));
        var body = new CoordinatorStart(Software.Name, Digest.Of(which.ToByteArray()));
        var entry = new Federated.TransparencyLog.Entries.LogEntry(
            EntryKind.CoordinatorStarted,
            null,
            DateTimeOffset.UnixEpoch,
            signer.Key.Name,
            body
        );
        return SealedEntry.Sign(entry, signer).ToBytes();
    }

    /// <summary>What a node is asked to cosign.</summary>
    /// <param name="seen">Entries that the node is believed to have seen.</param>
    /// <param name="own">Place of an entry of the node's, which is shown to be there; null for none.</param>
    public LogGrowth Growth(TreeSize seen, int? own)
    {
        var tree = new TiledTree(Head, _files.GetValueOrDefault);
        var path = seen.Value <= Head.Size.Value ? ConsistencyProof.Of(seen, Head.Size, tree.Subtree) : [];
        var growth = new LogGrowth { Request = ByteString.CopyFrom(new AddCheckpointRequest(seen, path, Signed()).ToBytes()) };
        if (own is { } place)
        {
            var shown = ShownAt(place);
            var at = new EntryPlace { EntryHash = ByteString.CopyFrom(Digest.Of(_entries[place]).ToArray()), Index = shown.Index };
            at.Path.Add(shown.Path);
            growth.Own.Add(at);
        }

        return growth;
    }

    /// <summary>What a node is told before an invitation.</summary>
    /// <param name="plan">Of which study.</param>
    /// <param name="seen">Entries that the node has seen.</param>
    /// <param name="sites">Keys of the plan's sites.</param>
    public LogShown Shown(StudyPlan plan, TreeSize seen, IReadOnlyDictionary<SiteName, MemberKeys> sites)
    {
        var checkpoint = Signed();
        foreach (var (name, keys) in sites.Where(site => Cosigns(site.Key)))
        {
            checkpoint = checkpoint.With(CosignedBy(name, keys, checkpoint));
        }

        var tree = new TiledTree(Head, _files.GetValueOrDefault);
        var shown = new LogShown
        {
            PlanHash = ByteString.CopyFrom(plan.Hash().ToArray()),
            Request = ByteString.CopyFrom(
                new AddCheckpointRequest(seen, ConsistencyProof.Of(seen, Head.Size, tree.Subtree), checkpoint).ToBytes()
            ),
            Past = ShownAt(_entries.Count - 1),
        };
        shown.Credentials.Add(sites.Values.Select(keys => ByteString.CopyFrom(keys.CredentialFile.Span)));
        return shown;
    }

    /// <summary>An entry with its proof.</summary>
    public ShownEntry ShownAt(int place)
    {
        var tree = new TiledTree(Head, _files.GetValueOrDefault);
        var shown = new ShownEntry { Entry = ByteString.CopyFrom(_entries[place]), Index = (ulong)place };
        shown.Path.Add(
            InclusionProof.Of(new LeafIndex(place), Head.Size, tree.Subtree).Select(hash => ByteString.CopyFrom(hash.ToArray()))
        );
        return shown;
    }

    /// <summary>The checkpoint with the log's own signature.</summary>
    public SignedCheckpoint Signed()
    {
        using var signer = _hub.Private.LogSigner(_origin);
        return SignedCheckpoint.Sign(Checkpoint.Of(_origin.Value, Head), signer);
    }

    private NoteSignature CosignedBy(SiteName name, MemberKeys keys, SignedCheckpoint checkpoint)
    {
        var policy = new LogPolicy(_origin.Value, _hub.Credential.LogKey(_origin), [], quorum: 0);
        Assert.IsTrue(WitnessState.TryRead(checkpoint.ToBytes(), policy, out var state, out var fault), fault);
        using var witness = keys.Private.WitnessSigner(KeyNames.ForSite(name));
        return witness.Cosign(state, DateTimeOffset.UnixEpoch);
    }
}
