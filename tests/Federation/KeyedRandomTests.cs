using System.Globalization;
using System.Text.Json.Nodes;
using Federated.Fixtures;

namespace Federated.Federation.Tests;

[TestClass]
public sealed class KeyedRandomTests
{
    // The documented construction, word by word: SHA-256(SHA-256(name) || u64le counter), 8 bytes a number, little-endian.
    private const string Reference = """
        import hashlib, json, sys

        def numbers(name):
            key = hashlib.sha256(name.encode()).digest()
            counter = 0
            while True:
                block = hashlib.sha256(key + counter.to_bytes(8, 'little')).digest()
                for i in range(0, 32, 8):
                    yield int.from_bytes(block[i:i + 8], 'little')
                counter += 1

        def below(stream, most):
            limit = (2**64 - 1) // most * most
            while True:
                value = next(stream)
                if value < limit:
                    return value % most

        def shuffled(stream, n):
            items = list(range(n))
            for i in range(n - 1, 0, -1):
                j = below(stream, i + 1)
                items[i], items[j] = items[j], items[i]
            return items

        name = json.load(sys.stdin)
        stream = numbers(name)
        print(json.dumps({
            'raw': [str(next(stream)) for _ in range(13)],
            'unit': [((next(stream) >> 11) / 2**53).hex() for _ in range(5)],
            'below': [below(stream, most) for most in (1, 2, 3, 10, 1000, 2**31 - 1) for _ in range(7)],
            'shuffled': shuffled(stream, 50),
        }))
        """;

    [TestMethod]
    [DataRow("initial-model/7", DisplayName = "a plain name")]
    [DataRow("", DisplayName = "the empty name")]
    [DataRow("Zürich €", DisplayName = "a name beyond ASCII is taken as UTF-8")]
    public void The_stream_is_the_documented_one(string name)
    {
        var expected = Python.Run(Reference, JsonValue.Create(name));

        var random = new KeyedRandom(name);
        string[] raw = [.. Many(13, () => random.NextUInt64().ToString(CultureInfo.InvariantCulture))];
        double[] unit = [.. Many(5, random.NextDouble)];
        int[] below = [.. new[] { 1, 2, 3, 10, 1000, int.MaxValue }.SelectMany(most => Many(7, () => random.NextInt32(most)))];
        int[] shuffled = [.. Enumerable.Range(0, 50)];
        random.Shuffle(shuffled.AsSpan());

        CollectionAssert.AreEqual(Values<string>(expected["raw"]), raw);
        CollectionAssert.AreEqual(Values<string>(expected["unit"]), unit.Select(HexOf).ToArray());
        CollectionAssert.AreEqual(Values<int>(expected["below"]), below);
        CollectionAssert.AreEqual(Values<int>(expected["shuffled"]), shuffled);
    }

    [TestMethod]
    public void The_same_name_gives_the_same_numbers_and_another_name_unrelated_ones()
    {
        var (a, again, b) = (new KeyedRandom("a"), new KeyedRandom("a"), new KeyedRandom("b"));

        var first = Many(1000, a.NextUInt64);

        CollectionAssert.AreEqual(first, Many(1000, again.NextUInt64));
        Assert.IsEmpty(first.Intersect(Many(1000, b.NextUInt64)));
    }

    // Chi-square against the uniform distribution; the limit is its 1 - 1e-9 quantile (Wilson and Hilferty 1931), so that a right
    // generator fails once in a billion names. The name is fixed: the test is the same on every run.
    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(7)]
    [DataRow(64)]
    [DataRow(100)]
    public void Bounded_numbers_are_uniform(int cells)
    {
        var random = new KeyedRandom($"uniform/{cells}");
        var counts = new int[cells];

        for (var i = 0; i < 1000 * cells; i++)
        {
            counts[random.NextInt32(cells)]++;
        }

        Assert.IsLessThan(Quantile(cells - 1), ChiSquare(counts, 1000));
    }

    [TestMethod]
    public void Unit_numbers_are_uniform_in_0_to_1_without_1()
    {
        var random = new KeyedRandom("unit");
        var counts = new int[50];

        for (var i = 0; i < 50_000; i++)
        {
            var x = random.NextDouble();
            Assert.IsTrue(x is >= 0 and < 1);
            counts[(int)(x * 50)]++;
        }

        Assert.IsLessThan(Quantile(49), ChiSquare(counts, 1000));
    }

    [TestMethod]
    public void Every_order_of_four_is_equally_likely()
    {
        var random = new KeyedRandom("orders");
        var counts = new Dictionary<string, int>();

        for (var i = 0; i < 24_000; i++)
        {
            var items = "abcd".ToCharArray();
            random.Shuffle(items.AsSpan());
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.HasCount(24, counts);
        Assert.IsLessThan(Quantile(23), ChiSquare([.. counts.Values], 1000));
    }

    [TestMethod]
    public void There_is_no_number_below_one()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyedRandom("x").NextInt32(0));
        Assert.AreEqual(0, new KeyedRandom("x").NextInt32(1));
    }

    private static double ChiSquare(int[] counts, double expected) => counts.Sum(n => (n - expected) * (n - expected) / expected);

    /// <summary>About the 1 - 1e-9 quantile of chi-square: k(1 - 2/9k + z sqrt(2/9k))^3 with z = 6.</summary>
    private static double Quantile(int freedom) => freedom * Math.Pow(1 - (2.0 / (9 * freedom)) + (6 * Math.Sqrt(2.0 / (9 * freedom))), 3);

    private static T[] Many<T>(int n, Func<T> next) => [.. Enumerable.Range(0, n).Select(_ => next())];

    private static T[] Values<T>(JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<T>())];

    /// <summary>As Python's float.hex prints a number in [0, 1): exact, so that equal texts are equal bits.</summary>
    private static string HexOf(double x)
    {
        var bits = BitConverter.DoubleToUInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        return x == 0 ? "0x0.0p+0" : FormattableString.Invariant($"0x1.{bits & 0xF_FFFF_FFFF_FFFF:x13}p{exponent:+0;-0;+0}");
    }
}
