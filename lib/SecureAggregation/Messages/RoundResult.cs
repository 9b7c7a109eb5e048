using Federated.Federation;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Messages;

/// <summary>M10: what the round came to. The sum travels apart; its hash is here.</summary>
/// <param name="SumHash">SHA-256 of the sum: d lanes of int64, little-endian, centred.</param>
/// <param name="Result">H4; every site computes it itself, from the next model that it computed itself.</param>
/// <param name="Log">The checkpoint of the invitation.</param>
public sealed record RoundResult(Digest SumHash, Digest Result, LogView Log)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody() => new BodyWriter().Hash(SumHash).Hash(Result).Log(Log).ToArray();

    /// <summary>Reads a body; null if it is not exactly one.</summary>
    public static RoundResult? Parse(ReadOnlyMemory<byte> body)
    {
        var reader = new BodyReader(body);
        var result = new RoundResult(reader.Hash(), reader.Hash(), reader.Log());
        return reader.IsWhole ? result : null;
    }
}
