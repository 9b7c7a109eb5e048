using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.SecureAggregation.Messages;

/// <summary>M6: who is in the sum (U3), and with which input.</summary>
/// <param name="Survivors">U3, over the cohort.</param>
/// <param name="InputDigests">D_i of each, ascending.</param>
public sealed record SurvivorSet(SiteSet Survivors, ImmutableArray<Digest> InputDigests)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody()
    {
        var writer = new BodyWriter().Bytes(Survivors.Bitmap);
        foreach (var digest in InputDigests)
        {
            writer.Hash(digest);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a body; null if it is not exactly one.</summary>
    public static SurvivorSet? Parse(ReadOnlyMemory<byte> body, int cohort)
    {
        var reader = new BodyReader(body);
        if (SiteSet.From(reader.Take(SiteSet.BytesOf(cohort)), cohort) is not { } survivors)
        {
            return null;
        }

        var digests = ImmutableArray.CreateBuilder<Digest>(survivors.Count);
        for (var i = 0; i < survivors.Count; i++)
        {
            digests.Add(reader.Hash());
        }

        return reader.IsWhole ? new SurvivorSet(survivors, digests.MoveToImmutable()) : null;
    }

    /// <summary>D_i of a survivor.</summary>
    internal Digest DigestOf(int site) => InputDigests[Survivors.Members.TakeWhile(member => member != site).Count()];
}
