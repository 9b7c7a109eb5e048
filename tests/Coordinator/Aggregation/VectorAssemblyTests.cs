using Federated.Coordinator.Aggregation;
using Federated.Federation;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Tests.Aggregation;

/// <summary>A vector of 5 lanes, 20 bytes, from a peer that may send anything.</summary>
[TestClass]
public sealed class VectorAssemblyTests
{
    private static readonly byte[] Vector = [.. Enumerable.Range(0, 20).Select(i => (byte)(i * 13))];

    [TestMethod]
    [DataRow(new[] { 20 }, DisplayName = "in one piece")]
    [DataRow(new[] { 8, 8, 4 }, DisplayName = "in several")]
    [DataRow(new[] { 1, 18, 1 }, DisplayName = "cut inside lanes")]
    public void What_the_header_announced_is_put_together(int[] lengths)
    {
        using var assembly = Start();

        var offset = 0;
        foreach (var length in lengths)
        {
            Assert.IsNull(assembly.Add(Piece(offset, length)));
            offset += length;
        }

        Assert.IsNull(assembly.Finish());
        CollectionAssert.AreEqual(Vector, assembly.Bytes.ToArray());
        Assert.AreEqual(Digest.Of(Vector), assembly.Digest);
    }

    [TestMethod]
    public void Any_cut_into_chunks_gives_the_same_bytes()
    {
        var random = new KeyedRandom("chunks");
        for (var trial = 0; trial < 200; trial++)
        {
            using var assembly = Start();
            for (var offset = 0; offset < Vector.Length; )
            {
                var length = 1 + random.NextInt32(Vector.Length - offset);
                Assert.IsNull(assembly.Add(Piece(offset, length)));
                offset += length;
            }

            Assert.IsNull(assembly.Finish());
        }
    }

    [TestMethod]
    [DataRow(4u, 32, "the header announces 4 lanes; this study's model has 5.", DisplayName = "too short a vector")]
    [DataRow(6u, 32, "the header announces 6 lanes; this study's model has 5.", DisplayName = "too long a vector")]
    [DataRow(0u, 32, "the header announces 0 lanes; this study's model has 5.", DisplayName = "no vector")]
    [DataRow(uint.MaxValue, 32, "the header announces 4294967295 lanes", DisplayName = "a vector beyond all memory")]
    [DataRow(5u, 31, "the header's digest has 31 bytes, not 32.", DisplayName = "a digest cut short")]
    [DataRow(5u, 0, "the header's digest has 0 bytes, not 32.", DisplayName = "no digest")]
    public void A_header_for_another_vector_is_refused_before_a_byte_is_kept(uint lanes, int digestBytes, string words)
    {
        var header = new VectorHeader { Length = lanes, Digest = ByteString.CopyFrom(new byte[digestBytes]) };

        Assert.IsNull(VectorAssembly.Start(header, 5, out var fault));

        Assert.Contains(words, fault!);
    }

    [TestMethod]
    [DataRow(4ul, 4, "a chunk at offset 4 came where 8 was next.", DisplayName = "an overlap")]
    [DataRow(0ul, 8, "a chunk at offset 0 came where 8 was next.", DisplayName = "the same chunk again")]
    [DataRow(12ul, 8, "a chunk at offset 12 came where 8 was next.", DisplayName = "a gap")]
    [DataRow(ulong.MaxValue, 4, "a chunk at offset 18446744073709551615", DisplayName = "an offset beyond all numbers")]
    [DataRow(4294967304ul, 4, "a chunk at offset 4294967304", DisplayName = "an offset that is right in its low 32 bits")]
    [DataRow(8ul, 0, "a chunk has 1 to 1048576 bytes; this one has 0.", DisplayName = "an empty chunk, which could be sent for ever")]
    [DataRow(8ul, 13, "the chunk at offset 8 runs past the vector's 20 bytes.", DisplayName = "one byte past the end")]
    [DataRow(8ul, 1 << 20, "runs past the vector's 20 bytes.", DisplayName = "far past the end")]
    [DataRow(8ul, (1 << 20) + 1, "a chunk has 1 to 1048576 bytes; this one has 1048577.", DisplayName = "a chunk too large")]
    public void A_chunk_that_does_not_follow_is_refused_and_changes_nothing(ulong offset, int length, string words)
    {
        using var assembly = Start();
        Assert.IsNull(assembly.Add(Piece(0, 8)));

        var fault = assembly.Add(new Chunk { Offset = offset, Data = ByteString.CopyFrom(new byte[length]) });

        Assert.Contains(words, fault!);
        Assert.IsNull(assembly.Add(Piece(8, 12)), "the vector can still be finished");
        Assert.IsNull(assembly.Finish());
    }

    [TestMethod]
    public void A_vector_that_ends_early_is_refused_at_every_length()
    {
        for (var length = 0; length < Vector.Length; length++)
        {
            using var assembly = Start();
            if (length > 0)
            {
                assembly.Add(Piece(0, length));
            }

            Assert.AreEqual($"the vector ended after {length} of 20 bytes.", assembly.Finish());
        }
    }

    [TestMethod]
    public void A_single_flipped_bit_is_noticed()
    {
        for (var bit = 0; bit < 8 * Vector.Length; bit++)
        {
            var damaged = Vector.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            using var assembly = Start();
            assembly.Add(new Chunk { Data = ByteString.CopyFrom(damaged) });

            Assert.AreEqual("the vector's bytes do not have the digest that its header announced.", assembly.Finish());
        }
    }

    private static VectorAssembly Start()
    {
        var header = new VectorHeader { Length = 5, Digest = ByteString.CopyFrom(Digest.Of(Vector).ToArray()) };
        var assembly = VectorAssembly.Start(header, 5, out var fault);
        Assert.IsNull(fault);
        return assembly!;
    }

    private static Chunk Piece(int offset, int length) =>
        new() { Offset = (ulong)offset, Data = ByteString.CopyFrom(Vector, offset, length) };
}
