using System.Collections.Immutable;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Messages;

/// <summary>M8: signatures of survivors over H3.</summary>
/// <param name="Signers">Who signed, over the cohort.</param>
/// <param name="Signatures">64 bytes of each, ascending.</param>
public sealed record AcknowledgementSet(SiteSet Signers, ImmutableArray<ReadOnlyMemory<byte>> Signatures)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody()
    {
        var writer = new BodyWriter(Signatures.Length * Suite.SignatureLength).Bytes(Signers.Bitmap);
        foreach (var signature in Signatures)
        {
            writer.Bytes(signature.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a body; null if it is not exactly one.</summary>
    public static AcknowledgementSet? Parse(ReadOnlyMemory<byte> body, int cohort)
    {
        var reader = new BodyReader(body);
        if (SiteSet.From(reader.Take(SiteSet.BytesOf(cohort)), cohort) is not { } signers)
        {
            return null;
        }

        var signatures = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(signers.Count);
        for (var i = 0; i < signers.Count; i++)
        {
            signatures.Add(reader.Take(Suite.SignatureLength));
        }

        return reader.IsWhole ? new AcknowledgementSet(signers, signatures.MoveToImmutable()) : null;
    }
}
