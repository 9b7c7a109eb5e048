using Federated.Federation;

namespace Federated.SecureAggregation.Tests;

/// <summary>Random choices of a test: many, and the same in every run.</summary>
internal sealed class Seeded(string name)
{
    private readonly KeyedRandom _random = new(name);

    public RandomSource Source => Fill;

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        Fill(bytes);
        return bytes;
    }

    public int Between(int least, int most) => least + _random.NextInt32(most - least + 1);

    public long Int64() => unchecked((long)_random.NextUInt64());

    public bool Coin() => _random.NextInt32(2) == 1;

    public void Shuffle<T>(Span<T> items) => _random.Shuffle(items);

    private void Fill(Span<byte> destination)
    {
        foreach (ref var value in destination)
        {
            value = unchecked((byte)_random.NextUInt64());
        }
    }
}
