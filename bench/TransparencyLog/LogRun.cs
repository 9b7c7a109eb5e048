using Federated.Bench.SecureAggregation;
using Federated.Federation;
using Federated.TransparencyLog;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;

namespace Federated.Bench.TransparencyLog;

/// <summary>One log in memory, made of entries such as sites sign them. Times are of this thread's processor, since others use the machine too.</summary>
internal sealed class LogRun : IDisposable
{
    private const string Origin = "bench.example/log";
    private const int Proofs = 2_000;

    private readonly Dictionary<TilePath, byte[]> _files = [];
    private readonly NoteSigner _signer = new(KeyName.Parse(Origin), Digest.Of("the bench's log"u8).ToArray());
    private readonly ReadOnlyMemory<byte>[] _entries;

    /// <summary>Makes the entries, of which one in a thousand is really signed: signatures are not what is measured.</summary>
    internal LogRun(int count)
    {
        using var actor = new NoteSigner(KeyNames.ForSite(SiteName.Parse("bench")), Digest.Of("the bench's site"u8).ToArray());
        _entries = new ReadOnlyMemory<byte>[count];
        var study = new StudyReference("bench", Digest.Of("the bench's plan"u8));
        NoteSignature? signature = null;
        for (var i = 0; i < count; i++)
        {
            var body = new SiteRefusal(EntryCode.Parse("bench"), Digest.Of(BitConverter.GetBytes(i)));
            var time = DateTimeOffset.UnixEpoch.AddMilliseconds(i);
            if (i % 1000 == 0)
            {
                signature = SealedEntry.Sign(new LogEntry(EntryKind.Refusal, study, time, actor.Key.Name, body), actor).Note.Signatures[0];
            }

            var text =
                $"{LogEntry.Version}\n{{\"actor\":\"site/bench\",\"body\":{{\"code\":\"bench\",\"evidence_hash\":\"{body.Evidence}\"}},\"plan\":\"{study.Plan}\",\"study\":\"bench\",\"time\":\"{time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\",\"type\":\"refusal\"}}\n\n";
            _entries[i] = (byte[])[.. System.Text.Encoding.UTF8.GetBytes(text), .. signature!.ToLine()];
        }
    }

    internal LogFigures Measure(int batch)
    {
        var (appends, checkpoint) = Append(batch);
        var policy = new LogPolicy(Origin, _signer.Key, [], quorum: 0);
        var (proofs, kept, proven) = Prove(checkpoint);
        var verified = true;
        var best = double.MaxValue;
        for (var repeat = 0; repeat < 3; repeat++) // the first compiles; others use this machine too
        {
            var began = ThreadCpu.Now;
            verified &= LogVerifier.Verify(checkpoint.ToBytes(), policy, Source) is LogVerdict.Verified;
            best = Math.Min(best, ThreadCpu.Now - began);
        }

        return new LogFigures
        {
            Entries = _entries.Length,
            EntryBytes = (int)_entries.Average(entry => entry.Length),
            Batch = batch,
            AppendsPerSecond = appends,
            ProofMedianMs = proofs[proofs.Length / 2],
            ProofSlowMs = proofs[proofs.Length * 99 / 100],
            ProofKeptMs = kept,
            VerifiedPerSecond = _entries.Length / best * 1000,
            Verified = verified && proven,
        };
    }

    public void Dispose() => _signer.Dispose();

    private byte[]? Source(TilePath path) => _files.GetValueOrDefault(path);

    private (double PerSecond, SignedCheckpoint Last) Append(int batch)
    {
        var (log, checkpoint) = (LogAppender.Empty, (SignedCheckpoint?)null);
        var began = ThreadCpu.Now;
        for (var at = 0; at < _entries.Length; at += batch)
        {
            var appended = log.Append(new ArraySegment<ReadOnlyMemory<byte>>(_entries, at, Math.Min(batch, _entries.Length - at)));
            foreach (var file in appended.Files)
            {
                _files[file.Path] = file.Bytes.ToArray();
            }

            checkpoint = SignedCheckpoint.Sign(Checkpoint.Of(Origin, appended.After.Head), _signer);
            log = appended.After;
        }

        return (_entries.Length / (ThreadCpu.Now - began) * 1000, checkpoint!);
    }

    private (double[] Sorted, double KeptMs, bool Verified) Prove(SignedCheckpoint checkpoint)
    {
        var head = checkpoint.Checkpoint.Head;
        var random = new KeyedRandom("bench/proofs");
        var (times, verified) = (new double[Proofs], true);
        for (var i = -200; i < Proofs; i++) // the first compile
        {
            var index = new LeafIndex(random.NextInt32(_entries.Length));
            var began = ThreadCpu.Now;
            var path = InclusionProof.Of(index, head.Size, new TiledTree(head, Source).Subtree);
            times[Math.Max(0, i)] = ThreadCpu.Now - began;
            verified &= InclusionProof.Verifies(head, index, MerkleHash.Leaf(_entries[index.Value].Span), path.AsSpan());
        }

        var tree = new TiledTree(head, Source);
        var start = ThreadCpu.Now;
        for (var i = 0; i < Proofs; i++)
        {
            InclusionProof.Of(new LeafIndex(random.NextInt32(_entries.Length)), head.Size, tree.Subtree);
        }

        var kept = (ThreadCpu.Now - start) / Proofs;
        Array.Sort(times);
        return (times, kept, verified);
    }
}
