using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Federated.Federation;

/// <summary>A SHA-256 value, compared by content and printed as 64 lowercase hexadecimal digits.</summary>
/// <remarks>Digests here are public (plan, model, sum): the comparison is not constant-time and need not be.</remarks>
public readonly record struct Digest
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Another length: parse foreign bytes with <see cref="TryFrom"/>.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A SHA-256 digest has {Length} bytes; got {bytes.Length}.", nameof(bytes));
        }

        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(data, hash);
        return new Digest(hash);
    }

    /// <summary>Reads a digest that came from somebody else; false if it has not 32 bytes.</summary>
    public static bool TryFrom(ReadOnlySpan<byte> bytes, out Digest digest)
    {
        digest = bytes.Length == Length ? new Digest(bytes) : default;
        return bytes.Length == Length;
    }

    /// <summary>Reads 64 hexadecimal digits; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var whole =
            hex is { Length: 2 * Length }
            && Convert.FromHexString(hex, bytes, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == Length;
        digest = whole ? new Digest(bytes) : default;
        return whole;
    }

    /// <summary>The 32 bytes, in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>The first twelve digits: enough to tell plans apart on a screen, never to decide on.</summary>
    public string Abbreviated => ToString()[..12];

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
