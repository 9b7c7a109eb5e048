using System.Buffers.Binary;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Rounds;

/// <summary>Keys and commitments from secrets and the transcript (design sections 2.4 and 2.6). Who has another transcript has other keys.</summary>
public static class Derivations
{
    private const int KeyBytes = 32;
    private const int MostInfoBytes = 128;

    /// <summary>K_ij: the mask that a pair adds and subtracts. HKDF-SHA256, salt H2.</summary>
    /// <param name="h2">H2.</param>
    /// <param name="agreed">What the two mask keys agree on, 32 bytes.</param>
    /// <param name="low">The smaller index of the two.</param>
    /// <param name="high">The larger.</param>
    /// <param name="lowKey">S of the smaller index.</param>
    /// <param name="highKey">S of the larger.</param>
    public static MaskKey PairMask(
        Digest h2,
        ReadOnlySpan<byte> agreed,
        int low,
        int high,
        ReadOnlySpan<byte> lowKey,
        ReadOnlySpan<byte> highKey
    )
    {
        Span<byte> info = stackalloc byte[MostInfoBytes];
        var length = Info("FLSA/1 pair"u8, low, high, lowKey, highKey, info);
        return MaskOf(h2, agreed, info[..length]);
    }

    /// <summary>B_i: a site's self mask. HKDF-SHA256, salt H2.</summary>
    public static MaskKey SelfMask(Digest h2, ReadOnlySpan<byte> seed, int site)
    {
        Span<byte> info = stackalloc byte[MostInfoBytes];
        "FLSA/1 self"u8.CopyTo(info);
        BinaryPrimitives.WriteUInt16BigEndian(info[11..], checked((ushort)site));
        return MaskOf(h2, seed, info[..13]);
    }

    /// <summary>E_{i→j}: encrypts the shares that i deals to j. HKDF-SHA256, salt H1; another key in the other direction.</summary>
    /// <param name="h1">H1.</param>
    /// <param name="agreed">What the two channel keys agree on, 32 bytes.</param>
    /// <param name="from">Dealer's index.</param>
    /// <param name="to">Holder's index.</param>
    /// <param name="fromKey">C of the dealer.</param>
    /// <param name="toKey">C of the holder.</param>
    /// <param name="key">Receives 32 bytes; the caller wipes them.</param>
    internal static void ShareKey(
        Digest h1,
        ReadOnlySpan<byte> agreed,
        int from,
        int to,
        ReadOnlySpan<byte> fromKey,
        ReadOnlySpan<byte> toKey,
        Span<byte> key
    )
    {
        Span<byte> info = stackalloc byte[MostInfoBytes];
        var length = Info("FLSA/1 share"u8, from, to, fromKey, toKey, info);
        Derive(h1, agreed, info[..length], key);
    }

    /// <summary>What the cipher of a share authenticates beside it: dealer, holder and everything said so far, so that no ciphertext fits elsewhere.</summary>
    internal static int ShareContext(Digest h1, int from, int to, Span<byte> destination)
    {
        var label = "FLSA/1 share"u8;
        label.CopyTo(destination);
        h1.CopyTo(destination[label.Length..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(label.Length + Digest.Length)..], checked((ushort)from));
        BinaryPrimitives.WriteUInt16BigEndian(destination[(label.Length + Digest.Length + 2)..], checked((ushort)to));
        return label.Length + Digest.Length + 4;
    }

    /// <summary>com_i = SHA256("FLSA/1 bcommit" ‖ H1 ‖ u16 i ‖ b_i).</summary>
    public static Digest SelfMaskCommitment(Digest h1, int site, ReadOnlySpan<byte> seed)
    {
        Span<byte> bytes = stackalloc byte[MostInfoBytes];
        var length = new SpanWriter(bytes).Add("FLSA/1 bcommit"u8).Add(h1).U16(site).Add(seed).Length;
        var commitment = Digest.Of(bytes[..length]);
        CryptographicOperations.ZeroMemory(bytes);
        return commitment;
    }

    /// <summary>sc_ij = SHA256("FLSA/1 sc" ‖ H1 ‖ u16 i ‖ u16 j ‖ u8 kind ‖ share): 305 random bits of a share hide it.</summary>
    public static Digest ShareCommitment(Digest h1, int dealer, int holder, ShareKind kind, ReadOnlySpan<byte> share)
    {
        Span<byte> bytes = stackalloc byte[MostInfoBytes];
        var length = new SpanWriter(bytes).Add("FLSA/1 sc"u8).Add(h1).U16(dealer).U16(holder).Byte((byte)kind).Add(share).Length;
        var commitment = Digest.Of(bytes[..length]);
        CryptographicOperations.ZeroMemory(bytes);
        return commitment;
    }

    private static int Info(
        ReadOnlySpan<byte> label,
        int first,
        int second,
        ReadOnlySpan<byte> firstKey,
        ReadOnlySpan<byte> secondKey,
        Span<byte> destination
    ) => new SpanWriter(destination).Add(label).U16(first).U16(second).Add(firstKey).Add(secondKey).Length;

    private static MaskKey MaskOf(Digest salt, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> info)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        Derive(salt, secret, info, key);
        var mask = new MaskKey(key);
        CryptographicOperations.ZeroMemory(key);
        return mask;
    }

    private static void Derive(Digest salt, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> info, Span<byte> key)
    {
        Span<byte> saltBytes = stackalloc byte[Digest.Length];
        salt.CopyTo(saltBytes);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, saltBytes, info);
    }

    private ref struct SpanWriter(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        internal int Length { get; private set; }

        internal SpanWriter Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_destination[Length..]);
            Length += bytes.Length;
            return this;
        }

        internal SpanWriter Add(Digest digest)
        {
            digest.CopyTo(_destination[Length..]);
            Length += Digest.Length;
            return this;
        }

        internal SpanWriter U16(int value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_destination[Length..], checked((ushort)value));
            Length += 2;
            return this;
        }

        internal SpanWriter Byte(byte value)
        {
            _destination[Length++] = value;
            return this;
        }
    }
}
