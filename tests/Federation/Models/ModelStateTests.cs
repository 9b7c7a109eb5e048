using System.Buffers.Binary;
using System.Collections.Immutable;
using Federated.Federation.Models;

namespace Federated.Federation.Tests.Models;

[TestClass]
public sealed class ModelStateTests
{
    private static readonly float[] Odd = [0f, -0f, 1.5f, float.Epsilon, float.MaxValue, -3.25e-20f];

    [TestMethod]
    [DataRow(0, DisplayName = "without memory")]
    [DataRow(1, DisplayName = "with momentum")]
    [DataRow(2, DisplayName = "with two moments")]
    [DataRow(3, DisplayName = "with two moments and a mean")]
    public void A_state_survives_its_bytes_bit_for_bit(int slots)
    {
        var state = Sample(slots);

        var back = ModelState.From(state.ToBytes(), out var fault);

        Assert.IsNull(fault);
        Assert.IsNotNull(back);
        Assert.AreEqual(state.Round, back.Round);
        CollectionAssert.AreEqual(Bits(state), Bits(back));
        Assert.AreEqual(state.Hash, back.Hash);
        Assert.AreEqual(Digest.Of(state.ToBytes()), back.Hash);
    }

    [TestMethod]
    public void The_layout_is_the_documented_one()
    {
        byte[] expected = [.. "federated-model/1\n"u8, 3, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0];

        var bytes = new ModelState(
            new RoundNumber(259),
            [1.5f],
            [
                [-2.0],
            ]
        ).ToBytes();

        CollectionAssert.AreEqual(expected, bytes);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    public void Every_truncation_is_refused(int slots)
    {
        var bytes = Sample(slots).ToBytes();

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsNull(ModelState.From(bytes.AsSpan(0, length), out var fault), $"{length} bytes");
            Assert.IsFalse(string.IsNullOrEmpty(fault));
        }

        Assert.IsNull(ModelState.From([.. bytes, 0], out _), "a byte more");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    public void Every_flipped_bit_is_refused_or_gives_another_hash(int slots)
    {
        var state = Sample(slots);
        var bytes = state.ToBytes();

        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var mutated = bytes.ToArray();
            mutated[bit / 8] ^= (byte)(1 << (bit % 8));
            var read = ModelState.From(mutated, out var fault);
            Assert.AreEqual(read is null, fault is not null);
            Assert.IsTrue(read is null || read.Hash != state.Hash, $"bit {bit}");
        }
    }

    [TestMethod]
    public void A_header_that_announces_more_than_there_is_allocates_nothing()
    {
        var bytes = Sample(0).ToBytes();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan("federated-model/1\n".Length + 4), uint.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = ModelState.From(bytes, out var fault);

        Assert.IsNull(read);
        Assert.Contains("4294967295 parameters", fault!);
        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(255)]
    public void More_memory_than_any_optimizer_has_is_refused(int slots)
    {
        var d = Odd.Length;
        byte[] bytes = [.. Sample(0).ToBytes(), .. new byte[slots * d * sizeof(double)]];
        bytes["federated-model/1\n".Length + 8] = (byte)slots;

        Assert.IsNull(ModelState.From(bytes, out var fault));
        Assert.Contains($"this one announces {slots}", fault!);
    }

    [TestMethod]
    [DataRow(0, 80_000_000)]
    [DataRow(1, 80_000_000)]
    [DataRow(2, 48_000_000)]
    [DataRow(3, 34_285_714)]
    public void With_more_memory_a_model_has_fewer_parameters_so_that_its_snapshot_fits(int slots, int most)
    {
        Assert.AreEqual(most, ModelState.MaxParametersWith(slots));
        Assert.IsLessThanOrEqualTo(ModelState.MaxBytes, 27L + (most * (4L + (8 * slots))));
    }

    [TestMethod]
    public void Round_parameters_and_memory_all_count_in_the_hash()
    {
        var state = new ModelState(
            new RoundNumber(1),
            [1f, 2f],
            [
                [3.0, 4.0],
            ]
        );

        ModelState[] others =
        [
            new(new RoundNumber(2), state.Parameters, state.Memory),
            new(state.Round, [1f, 2.0000002f], state.Memory),
            new(state.Round, [2f, 1f], state.Memory),
            new(
                state.Round,
                state.Parameters,
                [
                    [3.0, 4.000000000000001],
                ]
            ),
            new(
                state.Round,
                state.Parameters,
                [
                    [3.0, 4.0],
                    [0.0, 0.0],
                ]
            ),
            new(
                state.Round,
                state.Parameters,
                [
                    [0.0, 0.0],
                    [3.0, 4.0],
                ]
            ),
            new(state.Round, state.Parameters, []),
        ];

        Assert.HasCount(others.Length + 1, others.Append(state).Select(s => s.Hash).Distinct());
    }

    [TestMethod]
    public void A_model_has_parameters_and_at_most_three_vectors_of_memory_for_all_of_them()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new ModelState(new RoundNumber(0), [], []));
        Assert.ThrowsExactly<ArgumentException>(() => new ModelState(new RoundNumber(0), default, []));
        Assert.ThrowsExactly<ArgumentException>(() => new ModelState(new RoundNumber(0), [1f], default));
        Assert.ThrowsExactly<ArgumentException>(() =>
            new ModelState(
                new RoundNumber(0),
                [1f, 2f],
                [
                    [1.0],
                ]
            )
        );
        Assert.ThrowsExactly<ArgumentException>(() =>
            new ModelState(
                new RoundNumber(0),
                [1f, 2f],
                [
                    [1.0, 2.0],
                    [1.0],
                ]
            )
        );
        Assert.ThrowsExactly<ArgumentException>(() =>
            new ModelState(
                new RoundNumber(0),
                [1f],
                [
                    [1.0],
                    default,
                ]
            )
        );
        Assert.ThrowsExactly<ArgumentException>(() =>
            new ModelState(
                new RoundNumber(0),
                [1f],
                [
                    [1.0],
                    [1.0],
                    [1.0],
                    [1.0],
                ]
            )
        );
    }

    private static ModelState Sample(int slots) =>
        new(
            new RoundNumber(12),
            [.. Odd],
            [.. Enumerable.Range(1, slots).Select(slot => Odd.Select(x => x / (3.0 * slot)).ToImmutableArray())]
        );

    private static ulong[] Bits(ModelState state) =>
        [
            .. state.Parameters.Select(p => (ulong)BitConverter.SingleToUInt32Bits(p)),
            .. state.Memory.SelectMany(slot => slot).Select(BitConverter.DoubleToUInt64Bits),
        ];
}
