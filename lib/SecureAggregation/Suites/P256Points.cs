using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Federated.SecureAggregation.Suites;

/// <summary>Public keys of P-256 as compressed points (SEC 1 §2.3.3 and §2.3.4), which the platform's library does not read.</summary>
/// <remarks>Points are public: nothing here needs a constant time. The curve has prime order, so every point on it but the one at infinity will do.</remarks>
internal static class P256Points
{
    /// <summary>A byte for the parity of y, then x.</summary>
    public const int Length = 1 + CoordinateLength;

    private const int CoordinateLength = 32;
    private const byte EvenY = 0x02;
    private const byte OddY = 0x03;

    private static readonly BigInteger Prime = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    public static byte[] Compress(ECPoint point)
    {
        var encoded = new byte[Length];
        encoded[0] = (point.Y![^1] & 1) == 0 ? EvenY : OddY;
        point.X!.CopyTo(encoded, 1);
        return encoded;
    }

    /// <summary>Reads a compressed point; null for any other encoding (infinity, uncompressed, hybrid), x ≥ p, or no point with that x.</summary>
    public static ECPoint? TryDecompress(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != Length || encoded[0] is not (EvenY or OddY))
        {
            return null;
        }

        var x = new BigInteger(encoded[1..], isUnsigned: true, isBigEndian: true);
        if (x >= Prime)
        {
            return null;
        }

        var square = ((((x * x) - 3) * x) + B) % Prime; // y² = x³ − 3x + b
        square = square.Sign < 0 ? square + Prime : square;
        var y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime); // a square root, if there is one: p ≡ 3 mod 4
        if (y * y % Prime != square)
        {
            return null;
        }

        if (y.IsEven != (encoded[0] == EvenY))
        {
            y = Prime - y; // y is not 0: a point with y = 0 has order 2, and N is odd
        }

        return new ECPoint { X = encoded[1..].ToArray(), Y = Coordinate(y) };
    }

    private static byte[] Coordinate(BigInteger value)
    {
        var bytes = new byte[CoordinateLength];
        value.TryWriteBytes(
            bytes.AsSpan(CoordinateLength - value.GetByteCount(isUnsigned: true)),
            out _,
            isUnsigned: true,
            isBigEndian: true
        );
        return bytes;
    }

    private static BigInteger Hex(string digits) => BigInteger.Parse("0" + digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
