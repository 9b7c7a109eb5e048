using System.Collections.Concurrent;
using System.Security.Cryptography;
using Federated.Federation;

namespace Federated.TransparencyLog.Tests.Trees;

/// <summary>RFC 6962 §2.1 word for word, recursive and slow: what the library is compared with.</summary>
internal sealed class ObviousTree(IReadOnlyList<byte[]> entries)
{
    private readonly ConcurrentDictionary<(int From, int To), Digest> _known = []; // the same few subtrees are asked for again and again

    public Digest Root() => Root(0, entries.Count);

    public Digest Root(int size) => Root(0, size);

    /// <summary>A complete subtree: a source for the library's proofs.</summary>
    public Digest Subtree(int level, long index) => Root((int)(index << level), (int)((index + 1) << level));

    /// <summary>PATH(m, D[0:n]).</summary>
    public List<Digest> Path(int m, int n) => Path(m, 0, n);

    /// <summary>PROOF(m, D[0:n]).</summary>
    public List<Digest> Proof(int m, int n) => m == 0 ? [] : SubProof(m, 0, n, isWhole: true);

    private Digest Root(int from, int to) => _known.TryGetValue((from, to), out var known) ? known : _known[(from, to)] = Compute(from, to);

    private Digest Compute(int from, int to)
    {
        switch (to - from)
        {
            case 0:
                return new Digest(SHA256.HashData([]));
            case 1:
                return new Digest(SHA256.HashData([0, .. entries[from]]));
            default:
                var k = from + Split(to - from);
                return new Digest(SHA256.HashData([1, .. Root(from, k).ToArray(), .. Root(k, to).ToArray()]));
        }
    }

    private List<Digest> Path(int m, int from, int to)
    {
        if (to - from == 1)
        {
            return [];
        }

        var k = Split(to - from);
        return m < k ? [.. Path(m, from, from + k), Root(from + k, to)] : [.. Path(m - k, from + k, to), Root(from, from + k)];
    }

    private List<Digest> SubProof(int m, int from, int to, bool isWhole)
    {
        if (m == to - from)
        {
            return isWhole ? [] : [Root(from, to)];
        }

        var k = Split(to - from);
        return m <= k
            ? [.. SubProof(m, from, from + k, isWhole), Root(from + k, to)]
            : [.. SubProof(m - k, from + k, to, isWhole: false), Root(from, from + k)];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n)
        {
            k *= 2;
        }

        return k;
    }
}
