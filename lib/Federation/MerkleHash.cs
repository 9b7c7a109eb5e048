using System.Buffers;
using System.Security.Cryptography;

namespace Federated.Federation;

/// <summary>The three hashes of the tree: SHA-256("") for no entries, SHA-256(0x00 ‖ entry), SHA-256(0x01 ‖ left ‖ right).</summary>
/// <remarks>RFC 6962 §2.1. The prefixes keep an entry from being taken for a node. Allocates nothing, but for entries of a kilobyte and more from a pool.</remarks>
public static class MerkleHash
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;
    private const int OnStack = 1024;

    /// <summary>Root of a tree without leaves.</summary>
    public static Digest Empty { get; } = Digest.Of([]);

    /// <summary>Hash of a leaf.</summary>
    /// <param name="entry">The entry's bytes; any length.</param>
    public static Digest Leaf(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < OnStack)
        {
            Span<byte> small = stackalloc byte[1 + entry.Length];
            return Leaf(entry, small);
        }

        var rented = ArrayPool<byte>.Shared.Rent(1 + entry.Length);
        var hash = Leaf(entry, rented.AsSpan(0, 1 + entry.Length));
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    /// <summary>Hash of an inner node.</summary>
    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> children = stackalloc byte[1 + (2 * Digest.Length)];
        children[0] = NodePrefix;
        left.CopyTo(children[1..]);
        right.CopyTo(children[(1 + Digest.Length)..]);
        return Of(children);
    }

    /// <summary>Root of a complete subtree.</summary>
    /// <param name="hashes">2^k hashes of one level, k ≥ 0; overwritten.</param>
    public static Digest Fold(Span<Digest> hashes)
    {
        for (var count = hashes.Length; count > 1; count /= 2)
        {
            for (var i = 0; i < count / 2; i++)
            {
                hashes[i] = Node(hashes[2 * i], hashes[(2 * i) + 1]);
            }
        }

        return hashes[0];
    }

    private static Digest Leaf(ReadOnlySpan<byte> entry, Span<byte> prefixed)
    {
        prefixed[0] = LeafPrefix;
        entry.CopyTo(prefixed[1..]);
        return Of(prefixed);
    }

    private static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Digest.Length];
        SHA256.HashData(bytes, hash);
        return new Digest(hash);
    }
}
