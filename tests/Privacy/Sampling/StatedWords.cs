using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Federated.Federation;

namespace Federated.Privacy.Tests.Sampling;

/// <summary>Deterministic sources for tests: a mixer that is fast, and scripts.</summary>
internal static class StatedWords
{
    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): statistically sound, and predictable, so for tests alone.</summary>
    internal static RandomSource Seeded(ulong seed)
    {
        var state = seed;
        return bytes =>
        {
            foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            {
                state += 0x9E3779B97F4A7C15;
                var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                word = z ^ (z >> 31);
            }
        };
    }

    /// <summary>These words, then zeros.</summary>
    internal static RandomSource Script(params ulong[] words)
    {
        var next = 0;
        return bytes =>
        {
            for (var i = 0; i < bytes.Length; i += sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[i..], next < words.Length ? words[next++] : 0);
            }
        };
    }
}
