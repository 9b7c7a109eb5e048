using System.Security.Cryptography;
using System.Text;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;

namespace Federated.TransparencyLog.Tests;

/// <summary>A whole log in memory, with its keys and three witnesses.</summary>
internal sealed class MemoryLog : IDisposable
{
    public const string Origin = "log.example/consortium";

    private readonly NoteSigner _signer = new(KeyName.Parse(Origin), new Seeded("log").Bytes(32));

    public Dictionary<string, byte[]> Files { get; } = [];

    public WitnessSigner[] Witnesses { get; } =
    [
        .. Enumerable
            .Range(1, 3)
            .Select(i => new WitnessSigner(KeyName.Parse($"site-{i}.example/witness"), new Seeded($"witness {i}").Bytes(32))),
    ];

    public LogPolicy Policy => new(Origin, _signer.Key, Witnesses.Select(witness => witness.Key), quorum: 2);

    public NoteSigner Signer => _signer;

    public LogAppender Appender { get; private set; } = LogAppender.Empty;

    public List<byte[]> Entries { get; } = [];

    /// <summary>Entries of many lengths, some empty.</summary>
    public static byte[][] SomeEntries(int count, string name = "log") =>
        [.. Enumerable.Range(0, count).Select(i => SHA512.HashData(Encoding.UTF8.GetBytes($"{name} {i}"))[..(i * 7 % 61)])];

    public static MemoryLog With(int entries)
    {
        var log = new MemoryLog();
        if (entries > 0)
        {
            log.Append(SomeEntries(entries));
        }

        return log;
    }

    public byte[]? Source(TilePath path) => Files.GetValueOrDefault(path.ToString());

    public void Append(IReadOnlyList<byte[]> entries)
    {
        var batch = Appender.Append([.. entries.Select(entry => (ReadOnlyMemory<byte>)entry)]);
        foreach (var file in batch.Files)
        {
            Files[file.Path.ToString()] = file.Bytes.ToArray();
        }

        Entries.AddRange(entries);
        Appender = batch.After;
    }

    /// <summary>The log's checkpoint, cosigned by the first witnesses.</summary>
    public SignedCheckpoint Checkpoint(int cosigners = 2, long time = 1_900_000_000)
    {
        var checkpoint = SignedCheckpoint.Sign(Federated.TransparencyLog.Checkpoints.Checkpoint.Of(Origin, Appender.Head), _signer);
        var accepted = (WitnessDecision.Accepted)
            new Witness(Policy).Consider(null, new AddCheckpointRequest(new TreeSize(0), [], checkpoint));
        return checkpoint.With([
            .. Witnesses.Take(cosigners).Select(witness => witness.Cosign(accepted.Next, DateTimeOffset.FromUnixTimeSeconds(time))),
        ]);
    }

    public TiledTree Tree() => new(Appender.Head, Source);

    public void Dispose()
    {
        _signer.Dispose();
        foreach (var witness in Witnesses)
        {
            witness.Dispose();
        }
    }
}
