using System.Collections.Immutable;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Messages;

/// <summary>Which of an owner's two secrets a share is of. A site shows one kind for each owner, and never both.</summary>
public enum ShareKind : byte
{
    /// <summary>b_i: the self mask of a survivor.</summary>
    SelfMask = 1,

    /// <summary>σ_i: the mask key of a site that shared and sent no input.</summary>
    MaskKey = 2,
}

/// <summary>M9: for each site that shared, one share. They are public once they are here.</summary>
/// <param name="Shares">Ascending by owner.</param>
public sealed record UnmaskingShares(ImmutableArray<ShownShare> Shares)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody()
    {
        var writer = new BodyWriter(Shares.Length * 43).U16(Shares.Length);
        foreach (var share in Shares)
        {
            writer.U16(share.Owner).Byte((byte)share.Kind).Bytes(share.Share.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a body; null if it is not exactly one.</summary>
    public static UnmaskingShares? Parse(ReadOnlyMemory<byte> body)
    {
        var reader = new BodyReader(body);
        var count = reader.U16();
        if (count > Protocol.MaxCohort)
        {
            return null;
        }

        var shares = ImmutableArray.CreateBuilder<ShownShare>(count);
        for (var i = 0; i < count && !reader.HasFailed; i++)
        {
            shares.Add(new ShownShare(reader.U16(), (ShareKind)reader.Byte(), reader.Take(SecretSharing.ShareLength)));
        }

        return reader.IsWhole ? new UnmaskingShares(shares.DrainToImmutable()) : null;
    }
}

/// <summary>One share that a site shows.</summary>
/// <param name="Owner">Whose secret it is of: index in the cohort.</param>
/// <param name="Kind">Which secret.</param>
/// <param name="Share">40 bytes.</param>
public sealed record ShownShare(int Owner, ShareKind Kind, ReadOnlyMemory<byte> Share);
