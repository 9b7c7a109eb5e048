using Federated.Federation;

namespace Federated.SecureAggregation.Messages;

/// <summary>M3, the signed part: what the dealer is bound to.</summary>
/// <param name="SelfMaskCommitment">com_i: the self-mask seed that the shares must give.</param>
/// <param name="Items">Number of items, one for each member of the cohort.</param>
/// <param name="ItemsRoot">RFC 6962 tree hash over the items, in the order of the cohort.</param>
public sealed record ShareHeader(Digest SelfMaskCommitment, int Items, Digest ItemsRoot)
{
    /// <summary>The body's bytes. The graph's bitmap is empty: everybody is everybody's neighbour.</summary>
    public byte[] ToBody() =>
        new BodyWriter().U16(Protocol.Version).Hash(SelfMaskCommitment).LengthAndBytes([]).U16(Items).Hash(ItemsRoot).ToArray();

    /// <summary>Reads a body; null if it is not exactly one of a complete graph.</summary>
    public static ShareHeader? Parse(ReadOnlyMemory<byte> body)
    {
        var reader = new BodyReader(body);
        reader.Version();
        var commitment = reader.Hash();
        reader.LengthAndBytes(0);
        var items = reader.U16();
        var root = reader.Hash();
        return reader.IsWhole ? new ShareHeader(commitment, items, root) : null;
    }
}
