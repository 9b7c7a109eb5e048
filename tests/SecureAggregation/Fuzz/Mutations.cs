using System.Buffers.Binary;

namespace Federated.SecureAggregation.Tests.Fuzz;

/// <summary>Changed bytes: what parsers of lengths, counts and bitmaps go wrong at.</summary>
internal sealed class Mutations(Seeded seeded)
{
    private static readonly uint[] s_numbers =
    [
        0,
        1,
        2,
        3,
        4,
        0x7f,
        0x80,
        0xff,
        0x100,
        0x7fff,
        0x8000,
        0xffff,
        0x10000,
        0x7fffffff,
        0x80000000,
        0xffffffff,
    ];

    /// <summary>One to three changes.</summary>
    public byte[] Of(ReadOnlyMemory<byte> bytes)
    {
        var changed = bytes.ToArray();
        for (var changes = seeded.Between(1, 3); changes > 0; changes--)
        {
            changed = Once(changed);
        }

        return changed;
    }

    private byte[] Once(byte[] bytes)
    {
        var at = seeded.Between(0, Math.Max(0, bytes.Length - 1));
        var length = seeded.Between(0, Math.Min(70, bytes.Length - Math.Min(at, bytes.Length)));
        switch (seeded.Between(0, 9))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes, .. seeded.Bytes(seeded.Between(1, 40))];
            case 2:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 3:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. seeded.Bytes(length), .. bytes[(at + length)..]];
            case 5 when at + 4 <= bytes.Length:
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), s_numbers[seeded.Between(0, s_numbers.Length - 1)]);
                return bytes;
            case 6 when at + 2 <= bytes.Length:
                BinaryPrimitives.WriteUInt16BigEndian(
                    bytes.AsSpan(at),
                    unchecked((ushort)s_numbers[seeded.Between(0, s_numbers.Length - 1)])
                );
                return bytes;
            case 7 when bytes.Length > 0:
                bytes[at] = (byte)s_numbers[seeded.Between(0, 7)];
                return bytes;
            case 8:
                return seeded.Bytes(seeded.Between(0, 300));
            default:
                if (bytes.Length > 0)
                {
                    bytes[at] ^= (byte)(1 << seeded.Between(0, 7));
                }

                return bytes;
        }
    }
}
