using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Federated.SecureAggregation.Primitives;

/// <summary>AES-256 in counter mode, added into lanes, on any processor: counter blocks encrypted by the platform's library.</summary>
/// <remarks>Owns the buffers for one tile. Not thread-safe: one for each thread.</remarks>
internal sealed class AesEcb : IDisposable
{
    private const int BlockBytes = 16;

    private readonly byte[] _counters;
    private readonly byte[] _keystream;
    private readonly Aes _aes = Aes.Create();

    /// <param name="mostBytes">Bytes of the longest stretch of lanes.</param>
    public AesEcb(int mostBytes)
    {
        var whole = checked(mostBytes + BlockBytes - 1) / BlockBytes * BlockBytes;
        _counters = new byte[whole];
        _keystream = GC.AllocateArray<byte>(whole, pinned: true);
    }

    /// <summary>Says which stretch of the keystream comes next, for all keys.</summary>
    public void Seek(ulong vectorId, ulong firstBlock)
    {
        for (var at = 0; at < _counters.Length; at += BlockBytes)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(at), vectorId);
            BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(at + sizeof(ulong)), unchecked(firstBlock++));
        }
    }

    /// <summary>Adds or subtracts the keystream of one key to lanes that start with the stretch.</summary>
    public void Combine(Span<byte> lanes, ReadOnlySpan<byte> key, LaneFormat format, bool subtract)
    {
        LaneBuffers.Combine(lanes, Keystream(key, lanes.Length), format, subtract);
    }

    /// <summary>Writes the keystream of one key.</summary>
    public void Write(Span<byte> destination, ReadOnlySpan<byte> key) => Keystream(key, destination.Length).CopyTo(destination);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_keystream);
        _aes.Dispose();
    }

    private Span<byte> Keystream(ReadOnlySpan<byte> key, int length)
    {
        var whole = (length + BlockBytes - 1) / BlockBytes * BlockBytes;
        _aes.SetKey(key);
        _aes.EncryptEcb(_counters.AsSpan(0, whole), _keystream, PaddingMode.None);
        return _keystream.AsSpan(0, length);
    }
}
