using Federated.Federation;
using Federated.TransparencyLog.Trees;
using Federated.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Federated.Node.Log;

/// <summary>Proofs of inclusion as the wire has them.</summary>
internal static class Inclusion
{
    /// <summary>True if an entry that was shown is in a tree.</summary>
    internal static bool Of(ShownEntry? shown, TreeHead head) => shown is not null && Of(shown.Entry.Span, shown.Index, shown.Path, head);

    /// <summary>True if an entry is in a tree, by this proof.</summary>
    internal static bool Of(ReadOnlySpan<byte> entry, ulong index, RepeatedField<ByteString> path, TreeHead head)
    {
        var hashes = new Digest[path.Count];
        var i = 0;
        foreach (var hash in path)
        {
            if (!Digest.TryFrom(hash.Span, out hashes[i++]))
            {
                return false;
            }
        }

        return index < (ulong)head.Size.Value && InclusionProof.Verifies(head, new LeafIndex((long)index), MerkleHash.Leaf(entry), hashes);
    }
}
