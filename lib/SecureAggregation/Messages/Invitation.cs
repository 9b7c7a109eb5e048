using System.Text;
using Federated.Federation;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Messages;

/// <summary>M0: everything that the coordinator may vary. All else is in the plan, whose hash is here.</summary>
/// <param name="Study">The plan's name, for people.</param>
/// <param name="PlanHash">Of the plan's bytes as approved.</param>
/// <param name="Round">From 1.</param>
/// <param name="Attempt">1 to 255; grows within a round.</param>
/// <param name="ModelHash">Of the model before this round; a site refuses another than its own.</param>
/// <param name="PreviousResult">H4 of the round before; zeros in round 1.</param>
/// <param name="Nonce">32 random bytes: no two attempts share H0.</param>
/// <param name="Log">The checkpoint under which the attempt begins.</param>
/// <param name="TimeoutMs">From receipt until the masked input must be complete, in milliseconds: a span, so that clocks need not agree.</param>
public sealed record Invitation(
    string Study,
    Digest PlanHash,
    RoundNumber Round,
    AttemptNumber Attempt,
    Digest ModelHash,
    Digest PreviousResult,
    Digest Nonce,
    LogView Log,
    uint TimeoutMs
)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody() =>
        new BodyWriter()
            .U16(Protocol.Version)
            .LengthAndBytes(Encoding.UTF8.GetBytes(Study))
            .Hash(PlanHash)
            .U32(Round.Value)
            .Byte(checked((byte)Attempt.Value))
            .Hash(ModelHash)
            .Hash(PreviousResult)
            .Hash(Nonce)
            .Log(Log)
            .U32(TimeoutMs)
            .ToArray();

    /// <summary>Reads a body; null if it is not exactly one.</summary>
    public static Invitation? Parse(ReadOnlyMemory<byte> body)
    {
        var reader = new BodyReader(body);
        reader.Version();
        var study = reader.LengthAndBytes(Protocol.MaxStudyBytes);
        var plan = reader.Hash();
        var round = new RoundNumber(reader.U32());
        var attempt = new AttemptNumber(reader.Byte());
        var model = reader.Hash();
        var previous = reader.Hash();
        var nonce = reader.Hash();
        var log = reader.Log();
        var timeout = reader.U32();
        return
            reader.IsWhole
            && Encoding.UTF8.GetString(study.Span) is var name
            && Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(study.Span)
            ? new Invitation(name, plan, round, attempt, model, previous, nonce, log, timeout)
            : null;
    }

    /// <summary>A nonce that no other attempt has.</summary>
    internal static Digest DrawNonce(RandomSource random)
    {
        Span<byte> nonce = stackalloc byte[Protocol.NonceBytes];
        random(nonce);
        return new Digest(nonce);
    }
}
