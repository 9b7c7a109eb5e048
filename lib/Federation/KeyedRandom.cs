using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Federated.Federation;

/// <summary>
/// A generator that gives every party, on every platform, the same numbers for the same name: initial parameters, shuffles, synthetic
/// data. Never for keys, masks, noise or which patients are sampled: whoever knows the name knows the numbers.
/// </summary>
/// <remarks>The stream is SHA-256(SHA-256(name) ‖ u64 counter) for counter 0, 1, …; a number takes the next 8 bytes, little-endian. Not thread-safe.</remarks>
public sealed class KeyedRandom
{
    private const double UnitStep = 1.0 / (1L << 53);

    private readonly byte[] _block = new byte[Digest.Length + sizeof(ulong)];
    private readonly byte[] _stream = new byte[Digest.Length];
    private ulong _counter;
    private int _used = Digest.Length;

    /// <param name="name">What the numbers are for, such as <c>initial-model/7</c>. Different names give unrelated streams.</param>
    public KeyedRandom(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name), _block.AsSpan(0, Digest.Length));

    /// <summary>Uniform over all 64-bit values.</summary>
    public ulong NextUInt64()
    {
        if (_used == _stream.Length)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_block.AsSpan(Digest.Length), _counter++);
            SHA256.HashData(_block, _stream);
            _used = 0;
        }

        var value = BinaryPrimitives.ReadUInt64LittleEndian(_stream.AsSpan(_used));
        _used += sizeof(ulong);
        return value;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * UnitStep;

    /// <summary>Uniform in [0, <paramref name="exclusiveMost"/>), without bias.</summary>
    public int NextInt32(int exclusiveMost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMost, 1);
        var most = (ulong)exclusiveMost;
        var unbiased = ulong.MaxValue - (ulong.MaxValue % most); // a multiple of most: values at or above it would favour small results
        ulong value;
        do
        {
            value = NextUInt64();
        } while (value >= unbiased);

        return (int)(value % most);
    }

    /// <summary>Shuffles in place, every order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
