using System.Collections.Immutable;
using System.Numerics;
using Federated.Federation;

namespace Federated.TransparencyLog.Trees;

/// <summary>A tree of which only the complete subtrees at its right edge are kept: enough to append, and to know the root, in 2 kB.</summary>
/// <remarks>
/// A tree of n leaves consists of one complete subtree of 2^k leaves for each bit k of n, the largest at the left; appending a leaf carries like
/// adding 1 (RFC 6962 §2.1: a tree is split at the largest power of two below its size). Not thread-safe.
/// </remarks>
public sealed class CompactTree
{
    private readonly Digest[] _subtrees = new Digest[63]; // [k] counts where bit k of _size is set

    private long _size;

    /// <summary>An empty tree.</summary>
    public CompactTree() { }

    /// <summary>A tree whose subtrees are known.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="subtrees">As <see cref="Subtrees"/> gave them.</param>
    /// <exception cref="ArgumentException">Not as many subtrees as the size has bits.</exception>
    public CompactTree(TreeSize size, ReadOnlySpan<Digest> subtrees)
    {
        if (subtrees.Length != BitOperations.PopCount((ulong)size.Value))
        {
            throw new ArgumentException($"{subtrees.Length} subtrees do not make a tree of {size} leaves.", nameof(subtrees));
        }

        _size = size.Value;
        var next = 0;
        for (var level = _subtrees.Length - 1; level >= 0; level--)
        {
            if (Has(level))
            {
                _subtrees[level] = subtrees[next++];
            }
        }
    }

    /// <summary>Number of leaves.</summary>
    public TreeSize Size => new(_size);

    /// <summary>The complete subtrees, the largest first.</summary>
    public ImmutableArray<Digest> Subtrees
    {
        get
        {
            var hashes = ImmutableArray.CreateBuilder<Digest>();
            for (var level = _subtrees.Length - 1; level >= 0; level--)
            {
                if (Has(level))
                {
                    hashes.Add(_subtrees[level]);
                }
            }

            return hashes.ToImmutable();
        }
    }

    /// <summary>Size and root.</summary>
    public TreeHead Head => new(Size, Root());

    /// <summary>Adds a leaf.</summary>
    public void Append(Digest leafHash) => AppendSubtree(0, leafHash);

    /// <summary>Adds 2^level leaves at once.</summary>
    /// <param name="level">In [0, 62).</param>
    /// <param name="hash">Root of the complete subtree over them.</param>
    /// <exception cref="ArgumentException">The size is no multiple of 2^level: the subtree would not be one of this tree.</exception>
    public void AppendSubtree(int level, Digest hash)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 62);
        if ((_size & ((1L << level) - 1)) != 0)
        {
            throw new ArgumentException($"A subtree of 2^{level} leaves cannot begin at leaf {_size}.", nameof(level));
        }

        var grown = new TreeSize(_size + (1L << level)); // throws for a tree over the limit before anything changes
        var at = level;
        for (; Has(at); at++)
        {
            hash = MerkleHash.Node(_subtrees[at], hash);
        }

        _subtrees[at] = hash;
        _size = grown.Value;
    }

    /// <summary>The root, for at most 62 hashes.</summary>
    public Digest Root()
    {
        Digest? root = null;
        for (var level = 0; level < _subtrees.Length; level++)
        {
            if (Has(level))
            {
                root = root is { } right ? MerkleHash.Node(_subtrees[level], right) : _subtrees[level];
            }
        }

        return root ?? MerkleHash.Empty;
    }

    /// <summary>A copy that grows apart from this one.</summary>
    public CompactTree Clone() => new(Size, Subtrees.AsSpan());

    private bool Has(int level) => ((_size >> level) & 1) == 1;
}
