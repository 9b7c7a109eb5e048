using Federated.Coordinator.Aggregation;
using Federated.SecureAggregation.Messages;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Tests.Aggregation;

/// <summary>A masked input of two whole chunks and a half, put together as it should and as it should not be.</summary>
[TestClass]
public sealed class InputAssemblyTests
{
    private const int Whole = Protocol.ChunkBytes;
    private const int Length = (2 * Whole) + (Whole / 2);

    private static readonly byte[] s_bytes = Pattern(Length);

    [TestMethod]
    public void An_input_is_complete_with_its_last_byte_and_has_the_digest_of_its_bytes()
    {
        using var input = Assembly();

        foreach (var (offset, length) in new[] { (0, Whole), (Whole, Whole), (2 * Whole, Whole / 2) })
        {
            Assert.IsFalse(input.IsComplete);
            Assert.IsNull(input.Add(Chunk(offset, length)));
            Assert.AreEqual(offset + length, input.Received);
        }

        Assert.IsTrue(input.IsComplete);
        Assert.IsTrue(input.Bytes.SequenceEqual(s_bytes));
        Assert.AreEqual(MaskedInputHeader.DigestOf(s_bytes), input.Digest);
    }

    [TestMethod]
    [DataRow(0, 1ul, Whole, "a chunk at offset 1 came where 0 was next.", DisplayName = "the first chunk is left out")]
    [DataRow(1, 2097152ul, Whole / 2, "a chunk at offset 2097152 came where 1048576 was next.", DisplayName = "wrong order")]
    [DataRow(1, 0ul, Whole, "a chunk at offset 0 came where 1048576 was next.", DisplayName = "a chunk twice")]
    [DataRow(1, 1048575ul, Whole, "a chunk at offset 1048575 came where 1048576 was next.", DisplayName = "an overlap")]
    [DataRow(
        0,
        ulong.MaxValue,
        Whole,
        "a chunk at offset 18446744073709551615 came where 0 was next.",
        DisplayName = "an offset beyond all"
    )]
    [DataRow(0, 4294967296ul, Whole, "a chunk at offset 4294967296 came where 0 was next.", DisplayName = "an offset that is 0 in 32 bits")]
    [DataRow(0, 0ul, 0, "the chunk at offset 0 has 0 bytes; 1048576 were next.", DisplayName = "an empty chunk")]
    [DataRow(0, 0ul, Whole - 1, "the chunk at offset 0 has 1048575 bytes; 1048576 were next.", DisplayName = "a chunk cut short")]
    [DataRow(0, 0ul, Whole + 1, "the chunk at offset 0 has 1048577 bytes; 1048576 were next.", DisplayName = "a chunk too long")]
    [DataRow(2, 2097152ul, Whole, "the chunk at offset 2097152 has 1048576 bytes; 524288 were next.", DisplayName = "bytes past the end")]
    [DataRow(3, 2621440ul, 1, "a chunk came past the end of the input's 2621440 bytes.", DisplayName = "a chunk past the end")]
    [DataRow(3, 2621440ul, 0, "a chunk came past the end of the input's 2621440 bytes.", DisplayName = "an empty chunk past the end")]
    public void A_chunk_that_does_not_fit_is_refused_and_changes_nothing(int before, ulong offset, int length, string fault)
    {
        using var input = Assembly();
        var chunks = new[] { Chunk(0, Whole), Chunk(Whole, Whole), Chunk(2 * Whole, Whole / 2) };
        foreach (var chunk in chunks[..before])
        {
            Assert.IsNull(input.Add(chunk));
        }

        var received = input.Received;
        Assert.AreEqual(fault, input.Add(new Chunk { Offset = offset, Data = ByteString.CopyFrom(new byte[length]) }));

        Assert.AreEqual(received, input.Received);
        foreach (var chunk in chunks[before..])
        {
            Assert.IsNull(input.Add(chunk), "the right one is still taken");
        }

        Assert.AreEqual(MaskedInputHeader.DigestOf(s_bytes), input.Digest);
    }

    [TestMethod]
    public void What_was_given_back_is_given_back_once_and_cannot_be_read()
    {
        var returned = 0;
        var input = new InputAssembly(SignedMessage.Carrier(MessageType.MaskedInput, default), Length, () => returned++);
        input.Add(Chunk(0, Whole));

        input.Dispose();
        input.Dispose();

        Assert.AreEqual(1, returned);
        Assert.ThrowsExactly<ObjectDisposedException>(() => _ = input.Bytes.Length);
        Assert.ThrowsExactly<ObjectDisposedException>(() => input.Add(Chunk(Whole, Whole)));
    }

    private static InputAssembly Assembly() => new(SignedMessage.Carrier(MessageType.MaskedInput, default), Length, () => { });

    private static Chunk Chunk(int offset, int length) =>
        new() { Offset = (ulong)offset, Data = ByteString.CopyFrom(s_bytes, offset, length) };

    private static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i * 31 / 7);
        }

        return bytes;
    }
}
