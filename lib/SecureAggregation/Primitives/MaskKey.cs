using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Federated.SecureAggregation.Primitives;

/// <summary>AES-256 key of one mask, for one attempt and one vector. Wiped on disposal; prints nothing of itself.</summary>
/// <remarks>Holds the key schedule too (FIPS 197, §5.2), since it is as secret as the key. Reading is thread-safe; disposing while another thread reads is not.</remarks>
public sealed class MaskKey : IDisposable
{
    /// <summary>Bytes of the key.</summary>
    public const int Length = 32;

    /// <summary>Bytes of the key schedule: 15 round keys of 16.</summary>
    internal const int ScheduleLength = 15 * 16;

    // The first 32 bytes of an AES-256 schedule are the key. The rest stays zero where AesNi cannot run: nobody reads it there.
    private readonly byte[] _schedule = GC.AllocateArray<byte>(ScheduleLength, pinned: true);
    private bool _disposed;

    /// <summary>Copies a key; the caller wipes its own copy.</summary>
    /// <param name="key">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public MaskKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
        {
            throw new ArgumentException($"A mask key has {Length} bytes; got {key.Length}.", nameof(key));
        }

        key.CopyTo(_schedule);
        if (X86Aes.IsSupported)
        {
            Expand(_schedule);
        }
    }

    /// <exception cref="ObjectDisposedException">The key was wiped: an all-zero key would hide nothing.</exception>
    internal ReadOnlySpan<byte> Key => Schedule[..Length];

    /// <summary>The 15 round keys in order, if this processor has AES instructions.</summary>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    internal ReadOnlySpan<byte> Schedule
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _schedule;
        }
    }

    /// <summary>The type's name, never the content.</summary>
    public override string ToString() => nameof(MaskKey);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_schedule);
        _disposed = true;
    }

    private static void Expand(Span<byte> schedule)
    {
        var roundKeys = MemoryMarshal.Cast<byte, Vector128<uint>>(schedule);
        for (var (round, constant) = (2, 1u); round < roundKeys.Length; round += 2, constant <<= 1)
        {
            // KeygenAssist leaves SubWord of word 3 in word 2, and RotWord(SubWord) of it in word 3.
            var assist = X86Aes.KeygenAssist(roundKeys[round - 1].AsByte(), 0).AsUInt32();
            roundKeys[round] = RunningXor(roundKeys[round - 2]) ^ Vector128.Create(assist[3] ^ constant);
            if (round + 1 < roundKeys.Length)
            {
                assist = X86Aes.KeygenAssist(roundKeys[round].AsByte(), 0).AsUInt32();
                roundKeys[round + 1] = RunningXor(roundKeys[round - 1]) ^ Vector128.Create(assist[2]);
            }
        }
    }

    /// <summary>(w0, w0⊕w1, w0⊕w1⊕w2, w0⊕w1⊕w2⊕w3).</summary>
    private static Vector128<uint> RunningXor(Vector128<uint> words)
    {
        words ^= System.Runtime.Intrinsics.X86.Sse2.ShiftLeftLogical128BitLane(words, 4);
        return words ^ System.Runtime.Intrinsics.X86.Sse2.ShiftLeftLogical128BitLane(words, 8);
    }
}
