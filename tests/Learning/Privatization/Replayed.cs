using System.Buffers.Binary;
using Federated.Federation;

namespace Federated.Learning.Tests.Privatization;

/// <summary>Randomness that repeats, for tests alone.</summary>
internal static class Replayed
{
    /// <summary>An endless stream of one name.</summary>
    public static RandomSource Source(string name)
    {
        var random = new KeyedRandom(name);
        return bytes =>
        {
            for (; bytes.Length > 0; bytes = bytes[sizeof(ulong)..])
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, random.NextUInt64());
            }
        };
    }
}
