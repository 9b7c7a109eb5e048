using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Federated.SecureAggregation.Primitives;

/// <summary>AES-256 in counter mode, added into lanes, with the processor's AES instructions.</summary>
/// <remarks>
/// An AES round takes several cycles but two can start in each cycle: eight blocks in flight keep the unit busy. The keystream stays in
/// registers, so it costs no memory traffic and leaves no copy. No table look-ups: the time does not depend on key or data.
/// </remarks>
internal static class AesNi
{
    private const int BlockBytes = 16;
    private const int Rounds = 14;
    private const int InFlight = 8;

    public static bool IsSupported => X86Aes.IsSupported;

    /// <summary>Adds or subtracts the keystream from <paramref name="firstBlock"/> on.</summary>
    /// <param name="lanes">Whole lanes, starting with the block.</param>
    /// <param name="schedule">15 round keys.</param>
    /// <param name="vectorId">High 64 bits of each counter block.</param>
    /// <param name="firstBlock">Low 64 bits of the first counter block.</param>
    /// <param name="laneBytes">2, 4 or 8.</param>
    /// <param name="subtract">True to subtract.</param>
    public static void Combine(
        Span<byte> lanes,
        ReadOnlySpan<byte> schedule,
        ulong vectorId,
        ulong firstBlock,
        int laneBytes,
        bool subtract
    )
    {
        switch (laneBytes)
        {
            case 2:
                Combine<ushort>(lanes, schedule, vectorId, firstBlock, subtract);
                break;
            case 4:
                Combine<uint>(lanes, schedule, vectorId, firstBlock, subtract);
                break;
            default:
                Combine<ulong>(lanes, schedule, vectorId, firstBlock, subtract);
                break;
        }
    }

    private static void Combine<TLane>(Span<byte> lanes, ReadOnlySpan<byte> schedule, ulong vectorId, ulong firstBlock, bool subtract)
        where TLane : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(schedule.Length, MaskKey.ScheduleLength);
        ref var data = ref MemoryMarshal.GetReference(lanes);
        ref var keys = ref MemoryMarshal.GetReference(schedule);
        var whole = (nuint)(lanes.Length - (lanes.Length % BlockBytes));
        var counter = Vector128.Create(vectorId, firstBlock);
        nuint at = 0;
        for (; at + (InFlight * BlockBytes) <= whole; at += InFlight * BlockBytes)
        {
            CombineEight<TLane>(ref Unsafe.AddByteOffset(ref data, at), ref keys, counter, subtract);
            counter += Vector128.Create(0UL, InFlight);
        }

        for (; at < whole; at += BlockBytes)
        {
            Combine<TLane>(ref Unsafe.AddByteOffset(ref data, at), Encrypt(counter, ref keys), subtract);
            counter += Vector128.Create(0UL, 1UL);
        }

        var rest = lanes[(int)whole..];
        if (!rest.IsEmpty)
        {
            Span<byte> padded = stackalloc byte[BlockBytes];
            padded.Clear();
            rest.CopyTo(padded);
            Combine<TLane>(ref MemoryMarshal.GetReference(padded), Encrypt(counter, ref keys), subtract);
            padded[..rest.Length].CopyTo(rest);
            padded.Clear(); // its end is keystream
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CombineEight<TLane>(ref byte data, ref byte keys, Vector128<ulong> counter, bool subtract)
        where TLane : unmanaged
    {
        var key = Vector128.LoadUnsafe(ref keys);
        var b0 = BigEndian(counter) ^ key;
        var b1 = BigEndian(counter + Vector128.Create(0UL, 1UL)) ^ key;
        var b2 = BigEndian(counter + Vector128.Create(0UL, 2UL)) ^ key;
        var b3 = BigEndian(counter + Vector128.Create(0UL, 3UL)) ^ key;
        var b4 = BigEndian(counter + Vector128.Create(0UL, 4UL)) ^ key;
        var b5 = BigEndian(counter + Vector128.Create(0UL, 5UL)) ^ key;
        var b6 = BigEndian(counter + Vector128.Create(0UL, 6UL)) ^ key;
        var b7 = BigEndian(counter + Vector128.Create(0UL, 7UL)) ^ key;
        for (nuint round = 1; round < Rounds; round++)
        {
            key = Vector128.LoadUnsafe(ref keys, round * BlockBytes);
            b0 = X86Aes.Encrypt(b0, key);
            b1 = X86Aes.Encrypt(b1, key);
            b2 = X86Aes.Encrypt(b2, key);
            b3 = X86Aes.Encrypt(b3, key);
            b4 = X86Aes.Encrypt(b4, key);
            b5 = X86Aes.Encrypt(b5, key);
            b6 = X86Aes.Encrypt(b6, key);
            b7 = X86Aes.Encrypt(b7, key);
        }

        key = Vector128.LoadUnsafe(ref keys, Rounds * BlockBytes);
        Combine<TLane>(ref data, X86Aes.EncryptLast(b0, key), subtract);
        Combine<TLane>(ref Unsafe.AddByteOffset(ref data, 1 * BlockBytes), X86Aes.EncryptLast(b1, key), subtract);
        Combine<TLane>(ref Unsafe.AddByteOffset(ref data, 2 * BlockBytes), X86Aes.EncryptLast(b2, key), subtract);
        Combine<TLane>(ref Unsafe.AddByteOffset(ref data, 3 * BlockBytes), X86Aes.EncryptLast(b3, key), subtract);
        Combine<TLane>(ref Unsafe.AddByteOffset(ref data, 4 * BlockBytes), X86Aes.EncryptLast(b4, key), subtract);
        Combine<TLane>(ref Unsafe.AddByteOffset(ref data, 5 * BlockBytes), X86Aes.EncryptLast(b5, key), subtract);
        Combine<TLane>(ref Unsafe.AddByteOffset(ref data, 6 * BlockBytes), X86Aes.EncryptLast(b6, key), subtract);
        Combine<TLane>(ref Unsafe.AddByteOffset(ref data, 7 * BlockBytes), X86Aes.EncryptLast(b7, key), subtract);
    }

    private static Vector128<byte> Encrypt(Vector128<ulong> counter, ref byte keys)
    {
        var block = BigEndian(counter) ^ Vector128.LoadUnsafe(ref keys);
        for (nuint round = 1; round < Rounds; round++)
        {
            block = X86Aes.Encrypt(block, Vector128.LoadUnsafe(ref keys, round * BlockBytes));
        }

        return X86Aes.EncryptLast(block, Vector128.LoadUnsafe(ref keys, Rounds * BlockBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine<TLane>(ref byte data, Vector128<byte> keystream, bool subtract)
        where TLane : unmanaged
    {
        var lanes = Vector128.LoadUnsafe(ref data).As<byte, TLane>();
        var mask = keystream.As<byte, TLane>();
        (subtract ? lanes - mask : lanes + mask).AsByte().StoreUnsafe(ref data);
    }

    /// <summary>Counter block (SP 800-38A): both 64-bit halves in big-endian order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> BigEndian(Vector128<ulong> counter) =>
        Vector128.Shuffle(counter.AsByte(), Vector128.Create((byte)7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
}
