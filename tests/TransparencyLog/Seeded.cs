using Federated.Federation;

namespace Federated.TransparencyLog.Tests;

/// <summary>Random choices of a test: many, and the same in every run.</summary>
internal sealed class Seeded(string name)
{
    private readonly KeyedRandom _random = new(name);

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        foreach (ref var value in bytes.AsSpan())
        {
            value = unchecked((byte)_random.NextUInt64());
        }

        return bytes;
    }

    public int Between(int least, int most) => least + _random.NextInt32(most - least + 1);

    public long Between(long least, long most) => least + (long)(_random.NextUInt64() % (ulong)(most - least + 1));
}
