using System.Collections.Immutable;
using Federated.Federation;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Checkpoints;

/// <summary>A proof as C2SP writes it: one hash in base 64 a line, then an empty line.</summary>
internal static class HashLines
{
    private const byte LineFeed = (byte)'\n';

    /// <summary>Takes one line from the beginning of bytes; false if there is none.</summary>
    public static bool TryLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf(LineFeed);
        line = end < 0 ? default : rest[..end];
        rest = end < 0 ? rest : rest[(end + 1)..];
        return end >= 0;
    }

    /// <summary>Takes the decimal number of a line that begins with a word and a blank.</summary>
    public static bool TryNumber(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> word, long most, out long number)
    {
        number = 0;
        return TryLine(ref rest, out var line)
            && line.Length > word.Length
            && line.StartsWith(word)
            && line[word.Length] == ' '
            && AsciiDecimal.TryParse(line[(word.Length + 1)..], most, out number);
    }

    /// <summary>Takes hashes and the empty line after them; null if there are other lines, or more than 63 hashes.</summary>
    public static ImmutableArray<Digest>? TryTake(ref ReadOnlySpan<byte> rest)
    {
        var hashes = ImmutableArray.CreateBuilder<Digest>();
        while (TryLine(ref rest, out var line))
        {
            if (line.IsEmpty)
            {
                return hashes.ToImmutable();
            }

            if (hashes.Count == ConsistencyProof.MostHashes || !StrictBase64.TryDigest(line, out var hash))
            {
                return null;
            }

            hashes.Add(hash);
        }

        return null;
    }

    public static string Of(ImmutableArray<Digest> hashes) => string.Concat(hashes.Select(hash => StrictBase64.Of(hash) + "\n")) + "\n";
}
