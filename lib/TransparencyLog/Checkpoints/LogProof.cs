using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Federated.Federation;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Checkpoints;

/// <summary>Everything that shows an entry to be in a log, in one file that is verified offline: place, path and checkpoint.</summary>
/// <remarks>C2SP tlog-proof, version 1; files end in <c>.tlog-proof</c>. Reading is strict: what was read is written again byte for byte.</remarks>
public sealed class LogProof
{
    /// <summary>Most bytes of <see cref="Extra"/>: an entry.</summary>
    public const int MostExtraBytes = EntryBundle.MostEntryBytes;

    /// <summary>Most bytes of a file.</summary>
    public const int MostBytes = (MostExtraBytes / 3 * 4) + Notes.SignedNote.MostBytes + 4096;

    private static ReadOnlySpan<byte> Header => "c2sp.org/tlog-proof@v1\n"u8;

    private LogProof(LeafIndex index, ImmutableArray<Digest> path, SignedCheckpoint checkpoint, ReadOnlyMemory<byte> extra) =>
        (Index, Path, Checkpoint, Extra) = (index, path, checkpoint, extra);

    /// <summary>Place of the entry.</summary>
    public LeafIndex Index { get; }

    /// <summary>Siblings on its way up, lowest first.</summary>
    public ImmutableArray<Digest> Path { get; }

    /// <summary>The checkpoint that the path leads to, not verified.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>Bytes that nothing vouches for; empty where there are none. Ours are the entry itself, which the path then covers: <see cref="TryVerify"/>.</summary>
    public ReadOnlyMemory<byte> Extra { get; }

    /// <summary>Makes a proof.</summary>
    /// <param name="index">Place of the entry.</param>
    /// <param name="checkpoint">Of a tree that has it.</param>
    /// <param name="source">Hashes of that tree: <see cref="TiledTree.Subtree"/>.</param>
    /// <param name="extra">Usually the entry; empty for none.</param>
    /// <exception cref="ArgumentException">The tree has no such entry, or the extra bytes are too many.</exception>
    public static LogProof Of(LeafIndex index, SignedCheckpoint checkpoint, SubtreeSource source, ReadOnlyMemory<byte> extra = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(extra.Length, MostExtraBytes);
        return new LogProof(index, InclusionProof.Of(index, checkpoint.Checkpoint.Head.Size, source), checkpoint, extra);
    }

    /// <summary>Reads a proof file.</summary>
    /// <param name="bytes">Any bytes; kept.</param>
    /// <param name="proof">The proof, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LogProof? proof, [NotNullWhen(false)] out string? fault)
    {
        proof = null;
        var rest = bytes.Span;
        if (rest.Length > MostBytes || !rest.StartsWith(Header))
        {
            fault = $"it is no file of at most {MostBytes} bytes that begins with 'c2sp.org/tlog-proof@v1'.";
            return false;
        }

        rest = rest[Header.Length..];
        if (!TryExtra(ref rest, out var extra))
        {
            fault = $"its extra line is not base 64 of 1 to {MostExtraBytes} bytes.";
            return false;
        }

        if (!HashLines.TryNumber(ref rest, "index"u8, TreeSize.Most - 1, out var index))
        {
            fault = "it has no index line.";
            return false;
        }

        if (HashLines.TryTake(ref rest) is not { } path)
        {
            fault = $"its path is not at most {ConsistencyProof.MostHashes} hashes in base 64 and an empty line.";
            return false;
        }

        if (!SignedCheckpoint.TryParse(bytes[(bytes.Length - rest.Length)..], out var checkpoint, out fault))
        {
            return false;
        }

        proof = new LogProof(new LeafIndex(index), path, checkpoint, extra);
        return true;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        var extra = Extra.IsEmpty ? "" : $"extra {StrictBase64.Of(Extra.Span)}\n";
        return [.. Header, .. StrictUtf8.Bytes($"{extra}index {Index}\n{HashLines.Of(Path)}"), .. Checkpoint.ToBytes()];
    }

    /// <summary>True if the policy believes the checkpoint, and the path leads from the entry to it.</summary>
    /// <param name="entry">The entry's bytes, which the caller has from elsewhere or from <see cref="Extra"/>.</param>
    /// <param name="policy">Which checkpoints count.</param>
    /// <param name="verified">The checkpoint, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public bool TryVerify(
        ReadOnlySpan<byte> entry,
        LogPolicy policy,
        [NotNullWhen(true)] out VerifiedCheckpoint? verified,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!policy.TryVerify(Checkpoint, out verified, out fault))
        {
            return false;
        }

        if (!InclusionProof.Verifies(verified.Head, Index, MerkleHash.Leaf(entry), Path.AsSpan()))
        {
            verified = null;
            fault = $"the path does not lead from this entry, as number {Index}, to the checkpoint's root.";
            return false;
        }

        return true;
    }

    private static bool TryExtra(ref ReadOnlySpan<byte> rest, out ReadOnlyMemory<byte> extra)
    {
        extra = default;
        var word = "extra "u8;
        if (!rest.StartsWith(word))
        {
            return true;
        }

        if (
            !HashLines.TryLine(ref rest, out var line)
            || StrictBase64.Decode(line[word.Length..]) is not { Length: > 0 and <= MostExtraBytes } bytes
        )
        {
            return false;
        }

        extra = bytes;
        return true;
    }
}
