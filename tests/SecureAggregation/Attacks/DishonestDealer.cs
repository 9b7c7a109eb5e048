using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>
/// A site whose every random number is known, and which deals other shares than its machine would: rightly signed, encrypted and committed to.
/// </summary>
internal sealed class DishonestDealer(Rig rig, Round round, SiteName name)
{
    private readonly List<byte[]> _draws = [];

    /// <summary>σ, the first number that a site draws.</summary>
    public byte[] MaskSeed => _draws[0];

    /// <summary>b, drawn after σ, the channel key and the nonce.</summary>
    public byte[] SelfSeed => _draws[3];

    /// <summary>Changes what is encrypted to a holder, before it is committed to.</summary>
    public Func<int, byte[], byte[]> Share { get; init; } = (_, both) => both;

    /// <summary>Changes an item after it was made, before its tree is.</summary>
    public Func<int, ShareItem, ShareItem> Item { get; init; } = (_, item) => item;

    /// <summary>Encrypts what a holder is dealt in another way than the protocol's.</summary>
    public Func<Envelope, byte[]> Encrypt { get; init; } = honest => honest.Sealed();

    /// <summary>Changes the header.</summary>
    public Func<ShareHeader, ShareHeader> Header { get; init; } = header => header;

    /// <summary>Takes the site's place from M3 on.</summary>
    public DishonestDealer Deal()
    {
        var context = round.Context;
        round.Context = site =>
            site != name
                ? context(site)
                : context(site) with
                {
                    Random = destination =>
                    {
                        System.Security.Cryptography.RandomNumberGenerator.Fill(destination);
                        _draws.Add(destination.ToArray());
                    },
                };
        round.ChangeUp(name, MessageType.ShareKeys, _ => Dealt(round.HeardBy(name).Cohort));
        return this;
    }

    /// <summary>As <see cref="Deal"/>; and sends an input, so that its self mask must be opened.</summary>
    public void DealAndSend()
    {
        Deal();
        SendInstead(rig, round, name, new byte[rig.Study.InputLength]);
    }

    /// <summary>A site sends other bytes than its machine would, rightly signed, and is silent then.</summary>
    public static void SendInstead(Rig rig, Round round, SiteName name, byte[] bytes) =>
        round.ChangeDown(
            name,
            MessageType.ShareSet,
            set =>
            {
                var h2 = Heard.SharingOf(round.HeardBy(name).Cohort, set).H2;
                var digest = MaskedInputHeader.DigestOf(bytes);
                var format = rig.Study.Format;
                var header = new MaskedInputHeader((ulong)rig.Study.Dimension, (byte)format.ModulusBits, (byte)format.LaneBits, digest);
                round.Silence(name);
                round.Send(
                    name,
                    new MaskedInput(SignedMessage.Sign(MessageType.MaskedInput, header.ToBody(), h2, rig.Signers[name]), bytes, digest)
                );
                return null;
            }
        );

    private SignedMessage Dealt(Cohort cohort)
    {
        var channelSeed = _draws[1];
        using var channel = rig.Suite.GenerateChannelKey(channelSeed.CopyTo);
        var self = cohort.IndexOf(name);
        var (selfShares, maskShares) = (SharesOf(SelfSeed, cohort.Size), SharesOf(MaskSeed, cohort.Size));
        var items = new byte[cohort.Size][];
        for (var holder = 0; holder < cohort.Size; holder++)
        {
            byte[] both = Share(holder, [.. selfShares[holder], .. maskShares[holder]]);
            var ciphertext =
                holder == self
                    ? default(ReadOnlyMemory<byte>)
                    : Encrypt(new Envelope(cohort, self, holder, Agreed(cohort, channel, holder), both));
            var item = new ShareItem(
                holder,
                Derivations.ShareCommitment(cohort.H1, self, holder, ShareKind.SelfMask, both.AsSpan(0, SecretSharing.ShareLength)),
                Derivations.ShareCommitment(cohort.H1, self, holder, ShareKind.MaskKey, both.AsSpan(SecretSharing.ShareLength)),
                ciphertext
            );
            items[holder] = Item(holder, item).ToBytes();
        }

        var header = new ShareHeader(
            Derivations.SelfMaskCommitment(cohort.H1, self, SelfSeed),
            cohort.Size,
            MerkleTree.Root([.. items.Select(item => MerkleHash.Leaf(item))])
        );
        return SignedMessage.Sign(MessageType.ShareKeys, Header(header).ToBody(), cohort.H1, rig.Signers[name], ShareItem.Join(items));
    }

    private static byte[] Agreed(Cohort cohort, AgreementKey channel, int holder)
    {
        var agreed = new byte[Suite.SharedLength];
        Assert.IsTrue(channel.TryAgree(cohort.Members[holder].Advertisement.ChannelKey.Span, agreed));
        return agreed;
    }

    private ImmutableArray<byte[]> SharesOf(byte[] seed, int holders)
    {
        var shares = new byte[holders * SecretSharing.ShareLength];
        SecretSharing.Split(seed, rig.Study.Threshold, holders, System.Security.Cryptography.RandomNumberGenerator.Fill, shares);
        return [.. shares.Chunk(SecretSharing.ShareLength)];
    }
}
