using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>
/// Transcript, keys and masks a second time, from the text of the design (sections 2.2 to 2.6), slow and obvious: HMAC, SHA-256 and single blocks of AES from the base
/// library, X25519 in big integers. No derivation of the product is called. Suite 1 only.
/// </summary>
internal static class ByHand
{
    private static readonly BigInteger s_p = BigInteger.Pow(2, 255) - 19;

    private static readonly byte[] s_basePoint = [9, .. new byte[31]];

    public static byte[] H0(ReadOnlyMemory<byte> invitation) => Hash("FLSA/1 H0", SHA256.HashData(invitation.Span));

    public static byte[] H1(byte[] h0, IReadOnlyList<SignedMessage> keys) =>
        Hash("FLSA/1 H1", [h0, U16(keys.Count), .. keys.Select(one => SHA256.HashData(one.Body.Span))]);

    public static byte[] H2(byte[] h1, int cohort, IReadOnlyCollection<int> sharers, IEnumerable<SignedMessage> headers)
    {
        var bitmap = new byte[(cohort + 7) / 8];
        foreach (var index in sharers)
        {
            bitmap[index / 8] |= (byte)(1 << (index % 8));
        }

        return Hash("FLSA/1 H2", [h1, bitmap, .. headers.Select(one => SHA256.HashData(one.Body.Span))]);
    }

    /// <summary>s_i from σ_i.</summary>
    public static byte[] MaskKey(byte[] h0, byte[] sigma) => Hkdf(h0, sigma, Ascii("FLSA/1 mask-x25519"));

    public static byte[] PublicKey(byte[] scalar) => Agreed(scalar, s_basePoint);

    /// <summary>K_ij.</summary>
    public static byte[] PairKey(byte[] h2, byte[] agreed, int low, int high, byte[] lowKey, byte[] highKey) =>
        Hkdf(h2, agreed, [.. Ascii("FLSA/1 pair"), .. U16(low), .. U16(high), .. lowKey, .. highKey]);

    /// <summary>B_i.</summary>
    public static byte[] SelfKey(byte[] h2, byte[] seed, int site) => Hkdf(h2, seed, [.. Ascii("FLSA/1 self"), .. U16(site)]);

    /// <summary>com_i.</summary>
    public static byte[] SelfCommitment(byte[] h1, int site, byte[] seed) => Hash("FLSA/1 bcommit", h1, U16(site), seed);

    /// <summary>E_{i→j}.</summary>
    public static byte[] ShareKey(byte[] h1, byte[] agreed, int from, int to, ReadOnlyMemory<byte> fromKey, ReadOnlyMemory<byte> toKey) =>
        Hkdf(h1, agreed, [.. Ascii("FLSA/1 share"), .. U16(from), .. U16(to), .. fromKey.Span, .. toKey.Span]);

    /// <summary>What the cipher of a share authenticates beside it.</summary>
    public static byte[] ShareContext(byte[] h1, int from, int to) => [.. Ascii("FLSA/1 share"), .. h1, .. U16(from), .. U16(to)];

    /// <summary>HKDF-SHA256 for one block of output: RFC 5869, sections 2.2 and 2.3.</summary>
    public static byte[] Hkdf(byte[] salt, byte[] secret, byte[] info)
    {
        byte[] expanded = [.. info, 1];
        return HMACSHA256.HashData(HMACSHA256.HashData(salt, secret), expanded);
    }

    /// <summary>X25519: RFC 7748, section 5.</summary>
    public static byte[] Agreed(byte[] scalar, byte[] u)
    {
        var clamped = scalar.ToArray();
        clamped[0] &= 248;
        clamped[31] = (byte)((clamped[31] & 127) | 64);
        var k = new BigInteger(clamped, isUnsigned: true);
        var x1 = new BigInteger(u, isUnsigned: true);
        var (x2, z2, x3, z3) = (BigInteger.One, BigInteger.Zero, x1, BigInteger.One);
        for (var bit = 254; bit >= 0; bit--)
        {
            var isSet = !(k >> bit).IsEven;
            if (isSet)
            {
                (x2, z2, x3, z3) = (x3, z3, x2, z2);
            }

            var (sum, difference) = (x2 + z2, x2 - z2);
            var (squaredSum, squaredDifference) = (Mod(sum * sum), Mod(difference * difference));
            var (da, cb) = (Mod((x3 - z3) * sum), Mod((x3 + z3) * difference));
            var e = squaredSum - squaredDifference;
            (x3, z3) = (Mod((da + cb) * (da + cb)), Mod(x1 * Mod((da - cb) * (da - cb))));
            (x2, z2) = (Mod(squaredSum * squaredDifference), Mod(e * (squaredSum + (121665 * e))));
            if (isSet)
            {
                (x2, z2, x3, z3) = (x3, z3, x2, z2);
            }
        }

        var result = new byte[32];
        Mod(x2 * BigInteger.ModPow(z2, s_p - 2, s_p)).TryWriteBytes(result, out _, isUnsigned: true);
        return result;
    }

    /// <summary>Elements of G(K): AES-256-CTR over blocks u64 1 ‖ u64 index, cut into little-endian lanes, of which the low b bits count.</summary>
    public static ulong[] Stream(byte[] key, int dimension, int bits)
    {
        var laneBytes =
            bits <= 16 ? 2
            : bits <= 32 ? 4
            : 8;
        using var aes = Aes.Create();
        aes.Key = key;
        var stream = new List<byte>();
        for (ulong index = 0; stream.Count < dimension * laneBytes; index++)
        {
            var block = new byte[16];
            BinaryPrimitives.WriteUInt64BigEndian(block, 1);
            BinaryPrimitives.WriteUInt64BigEndian(block.AsSpan(8), index);
            stream.AddRange(aes.EncryptEcb(block, PaddingMode.None));
        }

        return
        [
            .. Enumerable
                .Range(0, dimension)
                .Select(lane => Cut(new BigInteger([.. stream.GetRange(lane * laneBytes, laneBytes)], isUnsigned: true), bits)),
        ];
    }

    /// <summary>Element e in bits [e·b, (e+1)·b) of one little-endian number; zeros behind.</summary>
    public static byte[] Packed(IReadOnlyList<ulong> elements, int bits)
    {
        var all = BigInteger.Zero;
        for (var e = 0; e < elements.Count; e++)
        {
            all |= (BigInteger)elements[e] << (e * bits);
        }

        var packed = new byte[((elements.Count * bits) + 7) / 8];
        Assert.IsTrue(all.TryWriteBytes(packed, out _, isUnsigned: true));
        return packed;
    }

    /// <summary>A number modulo 2^b.</summary>
    public static ulong Cut(BigInteger value, int bits) => (ulong)(value & ((BigInteger.One << bits) - 1));

    private static BigInteger Mod(BigInteger value) => ((value % s_p) + s_p) % s_p;

    private static byte[] Hash(string label, params IEnumerable<byte[]> parts) =>
        SHA256.HashData([.. Ascii(label), .. parts.SelectMany(part => part)]);

    private static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Ascii(string label) => Encoding.ASCII.GetBytes(label);
}
