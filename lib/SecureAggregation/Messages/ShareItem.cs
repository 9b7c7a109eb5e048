using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Messages;

/// <summary>What a dealer gives one holder: commitments to the two shares, and the shares themselves encrypted to the holder.</summary>
/// <param name="Holder">Index in the cohort.</param>
/// <param name="SelfMaskCommitment">sc^b_ij.</param>
/// <param name="MaskKeyCommitment">sc^σ_ij.</param>
/// <param name="Ciphertext">nonce, then AES-256-GCM of both shares; empty in the dealer's item for itself.</param>
public sealed record ShareItem(int Holder, Digest SelfMaskCommitment, Digest MaskKeyCommitment, ReadOnlyMemory<byte> Ciphertext)
{
    /// <summary>Nonce of the cipher.</summary>
    internal const int NonceBytes = 12;

    /// <summary>Tag of the cipher.</summary>
    internal const int TagBytes = 16;

    /// <summary>Length of a ciphertext.</summary>
    internal const int CiphertextBytes = NonceBytes + (2 * SecretSharing.ShareLength) + TagBytes;

    /// <summary>The bytes that the items' tree is over.</summary>
    public byte[] ToBytes() =>
        new BodyWriter().U16(Holder).Hash(SelfMaskCommitment).Hash(MaskKeyCommitment).LengthAndBytes(Ciphertext.Span).ToArray();

    /// <summary>Reads one item; null if the bytes are not exactly one.</summary>
    public static ShareItem? Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new BodyReader(bytes);
        var item = new ShareItem(reader.U16(), reader.Hash(), reader.Hash(), reader.LengthAndBytes(CiphertextBytes));
        return reader.IsWhole && item.Ciphertext.Length is 0 or CiphertextBytes ? item : null;
    }

    /// <summary>All items of a dealer, as they are attached to M3.</summary>
    internal static byte[] Join(IReadOnlyList<byte[]> items)
    {
        var writer = new BodyWriter(items.Count * 256);
        foreach (var item in items)
        {
            writer.LengthAndBytes(item);
        }

        return writer.ToArray();
    }

    /// <summary>Splits an attachment; null if it is not exactly so many items.</summary>
    internal static ImmutableArray<ReadOnlyMemory<byte>>? Split(ReadOnlyMemory<byte> attachment, int count)
    {
        var reader = new BodyReader(attachment);
        var items = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(Math.Min(count, Protocol.MaxCohort));
        for (var i = 0; i < count && !reader.HasFailed; i++)
        {
            items.Add(reader.LengthAndBytes(2 + (2 * Digest.Length) + 4 + CiphertextBytes));
        }

        return reader.IsWhole ? items.DrainToImmutable() : null;
    }
}
