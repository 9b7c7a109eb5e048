using System.Buffers.Binary;
using Federated.Federation;

namespace Federated.Bench.PrivacyUtility;

/// <summary>Noise that can be drawn again, so that a table can be: these patients are public. Real ones need noise that nobody can repeat.</summary>
internal static class NamedNoise
{
    /// <summary>The source of that name: the same bytes in every run.</summary>
    internal static RandomSource Of(string name)
    {
        var random = new KeyedRandom(name);
        return destination => Fill(random, destination);
    }

    private static void Fill(KeyedRandom random, Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (; !destination.IsEmpty; destination = destination[Math.Min(word.Length, destination.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, random.NextUInt64());
            word[..Math.Min(word.Length, destination.Length)].CopyTo(destination);
        }
    }
}
