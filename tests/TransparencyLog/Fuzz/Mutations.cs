using System.Text;

namespace Federated.TransparencyLog.Tests.Fuzz;

/// <summary>Changed bytes: what parsers of lines, numbers, base 64 and JSON go wrong at.</summary>
internal sealed class Mutations(Seeded seeded)
{
    private static readonly byte[][] s_pieces =
    [
        .. new[]
        {
            "\n",
            "\n\n",
            " ",
            "+",
            "=",
            "\0",
            "\r",
            "\t",
            "— ",
            "— a AAAAAAA=\n",
            "0",
            "-1",
            "9223372036854775807",
            "9223372036854775808",
            "4611686018427387904",
            "18446744073709551616",
            "1e9",
            "extra ",
            "index ",
            "old ",
            "{",
            "}",
            "[",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "\"",
            "\\ud800",
            "\\u0000",
            "null",
            "true",
            ":",
            ",",
            "\u00a0",
            "\u2028",
            "\ufeff",
            "x001/",
            ".p/",
            "/",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff],
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0x00, 0x00],
        [0xff, 0xff],
    ];

    /// <summary>One to three changes.</summary>
    public byte[] Of(byte[] bytes)
    {
        var changed = bytes;
        for (var changes = seeded.Between(1, 3); changes > 0; changes--)
        {
            changed = Once(changed);
        }

        return changed;
    }

    private byte[] Once(byte[] bytes)
    {
        var at = seeded.Between(0, Math.Max(0, bytes.Length - 1));
        var length = seeded.Between(0, Math.Min(70, bytes.Length - at));
        var piece = s_pieces[seeded.Between(0, s_pieces.Length - 1)];
        switch (seeded.Between(0, 8))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes, .. piece];
            case 2:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 3:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. seeded.Bytes(length), .. bytes[(at + length)..]];
            case 5:
                return [.. bytes[..at], .. piece, .. bytes[at..]];
            case 6 when bytes.Length > 0:
                return [.. bytes[..at], .. piece, .. bytes[(at + 1)..]];
            case 7:
                return [.. Enumerable.Repeat(piece, seeded.Between(1, 200)).SelectMany(one => one)];
            default:
                return bytes.Length == 0 ? piece : [.. bytes[..at], (byte)(bytes[at] ^ (1 << seeded.Between(0, 7))), .. bytes[(at + 1)..]];
        }
    }
}
