using System.Collections.Immutable;
using System.Numerics;
using Federated.Federation;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Messages;

/// <summary>M4: who shared (U2), each one's signed header, and from each the item for one holder with its path in the dealer's tree.</summary>
/// <param name="Sharers">U2, over the cohort.</param>
/// <param name="Shares">One for each of U2, ascending.</param>
public sealed record ShareSet(SiteSet Sharers, ImmutableArray<DealtShare> Shares)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody()
    {
        var writer = new BodyWriter(Shares.Length * 640).Bytes(Sharers.Bitmap);
        foreach (var share in Shares)
        {
            writer.LengthAndBytes(share.Header.Body.Span).Bytes(share.Header.Signature.Span).LengthAndBytes(share.Item.Span);
            foreach (var node in share.Path)
            {
                writer.Hash(node);
            }
        }

        return writer.ToArray();
    }

    /// <summary>Reads a body; null if it is not exactly one for that holder.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="cohort">Members of the cohort.</param>
    /// <param name="holder">Index of the holder: it decides how long each path is.</param>
    public static ShareSet? Parse(ReadOnlyMemory<byte> body, int cohort, int holder)
    {
        var reader = new BodyReader(body);
        if (SiteSet.From(reader.Take(SiteSet.BytesOf(cohort)), cohort) is not { } sharers)
        {
            return null;
        }

        var nodes = PathLength(holder, cohort);
        var shares = ImmutableArray.CreateBuilder<DealtShare>(sharers.Count);
        for (var i = 0; i < sharers.Count && !reader.HasFailed; i++)
        {
            var header = reader.LengthAndBytes(Protocol.MaxSiteBodyBytes);
            var signature = reader.Take(Suite.SignatureLength);
            var item = reader.LengthAndBytes(2 + (2 * Digest.Length) + 4 + ShareItem.CiphertextBytes);
            var path = ImmutableArray.CreateBuilder<Digest>(nodes);
            for (var node = 0; node < nodes; node++)
            {
                path.Add(reader.Hash());
            }

            shares.Add(new DealtShare(new SignedMessage(MessageType.ShareKeys, header, signature), item, path.MoveToImmutable()));
        }

        return reader.IsWhole ? new ShareSet(sharers, shares.DrainToImmutable()) : null;
    }

    /// <summary>Hashes in the inclusion path of a leaf (RFC 6962, section 2.1.1).</summary>
    internal static int PathLength(int index, int size)
    {
        var length = 0;
        while (size > 1)
        {
            var left = 1 << BitOperations.Log2((uint)size - 1);
            (index, size) = index < left ? (index, left) : (index - left, size - left);
            length++;
        }

        return length;
    }
}

/// <summary>One dealer's part of <see cref="ShareSet"/>.</summary>
/// <param name="Header">The dealer's M3: body and signature.</param>
/// <param name="Item">Bytes of a <see cref="ShareItem"/>.</param>
/// <param name="Path">From the item to the dealer's root.</param>
public sealed record DealtShare(SignedMessage Header, ReadOnlyMemory<byte> Item, ImmutableArray<Digest> Path);
