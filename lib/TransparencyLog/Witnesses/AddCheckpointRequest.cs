using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Federated.Federation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Witnesses;

/// <summary>What a log asks of a witness: to cosign a checkpoint, with the proof that it grew from the one that the witness cosigned last.</summary>
/// <param name="OldSize">Size that the witness cosigned last, as the log believes; 0 for none.</param>
/// <param name="Path">Proof of consistency from there, at most 63 hashes.</param>
/// <param name="Checkpoint">Signed by the log; other lines are ignored.</param>
/// <remarks>C2SP tlog-witness, the body of <c>add-checkpoint</c>. Ours travels in a site's outbound stream with the same bytes.</remarks>
public sealed record AddCheckpointRequest(TreeSize OldSize, ImmutableArray<Digest> Path, SignedCheckpoint Checkpoint)
{
    /// <summary>Most bytes of a request.</summary>
    public const int MostBytes = SignedNote.MostBytes + 4096;

    /// <summary>Reads a request, strictly.</summary>
    /// <param name="bytes">Any bytes; kept.</param>
    /// <param name="request">The request, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out AddCheckpointRequest? request,
        [NotNullWhen(false)] out string? fault
    )
    {
        request = null;
        var rest = bytes.Span;
        if (rest.Length > MostBytes)
        {
            fault = $"it has {rest.Length} bytes; {MostBytes} are allowed.";
            return false;
        }

        if (!HashLines.TryNumber(ref rest, "old"u8, TreeSize.Most, out var oldSize))
        {
            fault = "it does not begin with 'old' and a size.";
            return false;
        }

        if (HashLines.TryTake(ref rest) is not { } path)
        {
            fault = $"its proof is not at most {ConsistencyProof.MostHashes} hashes in base 64 and an empty line.";
            return false;
        }

        if (!SignedCheckpoint.TryParse(bytes[(bytes.Length - rest.Length)..], out var checkpoint, out fault))
        {
            return false;
        }

        request = new AddCheckpointRequest(new TreeSize(oldSize), path, checkpoint);
        return true;
    }

    /// <summary>The request's bytes.</summary>
    public byte[] ToBytes() => [.. StrictUtf8.Bytes($"old {OldSize}\n{HashLines.Of(Path)}"), .. Checkpoint.ToBytes()];
}
