using System.Buffers.Binary;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>The transcript of an attempt as a site must see it after what it was told: what a liar signs its lies over.</summary>
/// <param name="site">Who heard it.</param>
/// <param name="suite">The plan's.</param>
/// <param name="told">Everything that it was told, in order; the last attempt counts.</param>
internal sealed class Heard(SiteName site, Suite suite, IReadOnlyList<SignedMessage> told)
{
    /// <summary>The bodies of M1, in the order of the cohort.</summary>
    public List<ReadOnlyMemory<byte>> Keys
    {
        get
        {
            var rest = Last(MessageType.CohortKeys).Body[2..]; // after the number of members
            var bodies = new List<ReadOnlyMemory<byte>>();
            while (!rest.IsEmpty)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(rest.Span);
                bodies.Add(rest.Slice(sizeof(int), length));
                rest = rest[(sizeof(int) + length + Suite.SignatureLength)..];
            }

            return bodies;
        }
    }

    public Digest H0 => Transcript.H0(Last(MessageType.Invitation).Body);

    public Digest H1 => Transcript.H1(H0, [.. Keys.Select(body => Digest.Of(body.Span))]);

    public Digest H2
    {
        get
        {
            var set = ShareSet.Parse(Last(MessageType.ShareSet).Body, Keys.Count, Index)!;
            return Transcript.H2(H1, set.Sharers, [.. set.Shares.Select(share => Digest.Of(share.Header.Body.Span))]);
        }
    }

    public Digest H3 => Transcript.H3(H2, SurvivorSet.Parse(Last(MessageType.SurvivorSet).Body, Keys.Count)!);

    private int Index => Keys.FindIndex(body => KeyAdvertisement.Parse(body, suite)!.Site == site);

    /// <summary>The items that are attached to an M3.</summary>
    public static List<ShareItem> ItemsOf(SignedMessage shares)
    {
        var items = new List<ShareItem>();
        for (var rest = shares.Attachment; !rest.IsEmpty; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest.Span);
            items.Add(ShareItem.Parse(rest.Slice(sizeof(int), length))!);
            rest = rest[(sizeof(int) + length)..];
        }

        return items;
    }

    /// <summary>The body of an M3 over these items, and the items as they are attached to it.</summary>
    public static (byte[] Body, byte[] Attachment) SharesOver(SignedMessage honest, IReadOnlyList<ShareItem> items)
    {
        var bytes = items.Select(item => item.ToBytes()).ToArray();
        var attachment = new List<byte>();
        foreach (var item in bytes)
        {
            var length = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(length, item.Length);
            attachment.AddRange([.. length, .. item]);
        }

        var header = ShareHeader.Parse(honest.Body)! with { ItemsRoot = MerkleTree.Root([.. bytes.Select(item => MerkleHash.Leaf(item))]) };
        return (header.ToBody(), [.. attachment]);
    }

    private SignedMessage Last(MessageType type) => told.Last(message => message.Type == type);
}
