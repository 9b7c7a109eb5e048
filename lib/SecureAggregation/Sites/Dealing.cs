using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>Splits a site's two seeds among the cohort: M3, section 2.4 and 2.5 of the design.</summary>
/// <remarks>
/// Every member gets an item, the dealer too (with an empty ciphertext, since it keeps its shares): so the coordinator can check the dealer's own share like anybody
/// else's, which the design's items leave open.
/// </remarks>
internal static class Dealing
{
    /// <summary>Makes M3.</summary>
    /// <param name="view">The dealer and the attempt.</param>
    /// <param name="cohort">Who holds shares.</param>
    /// <param name="self">The dealer's index.</param>
    /// <param name="agreed">What it agreed with each.</param>
    /// <param name="selfSeed">b_i.</param>
    /// <param name="maskSeed">σ_i.</param>
    /// <param name="own">Receives the dealer's own two shares.</param>
    internal static SignedMessage Deal(
        AttemptView view,
        Cohort cohort,
        int self,
        AgreedSecrets agreed,
        Secret32 selfSeed,
        Secret32 maskSeed,
        Span<byte> own
    )
    {
        var threshold = view.Study.Threshold;
        using var selfShares = Split(selfSeed, threshold, cohort.Size, view.Context.Random);
        using var maskShares = Split(maskSeed, threshold, cohort.Size, view.Context.Random);
        using var both = new SecretBytes(ShareCipher.PlaintextBytes);
        var items = new byte[cohort.Size][];
        var leaves = new Digest[cohort.Size];
        for (var holder = 0; holder < cohort.Size; holder++)
        {
            selfShares.Span.Slice(holder * SecretSharing.ShareLength, SecretSharing.ShareLength).CopyTo(both.Span);
            maskShares
                .Span.Slice(holder * SecretSharing.ShareLength, SecretSharing.ShareLength)
                .CopyTo(both.Span[SecretSharing.ShareLength..]);
            if (holder == self)
            {
                both.Span.CopyTo(own);
            }

            items[holder] = ItemFor(cohort, self, holder, agreed, both.Span, view.Context.Random).ToBytes();
            leaves[holder] = MerkleHash.Leaf(items[holder]);
        }

        var header = new ShareHeader(Derivations.SelfMaskCommitment(cohort.H1, self, selfSeed.Bytes), cohort.Size, MerkleTree.Root(leaves));
        return SignedMessage.Sign(MessageType.ShareKeys, header.ToBody(), cohort.H1, view.Context.Signer, ShareItem.Join(items));
    }

    private static SecretBytes Split(Secret32 seed, int threshold, int holders, RandomSource random)
    {
        var shares = new SecretBytes(holders * SecretSharing.ShareLength);
        SecretSharing.Split(seed.Bytes, threshold, holders, random, shares.Span);
        return shares;
    }

    private static ShareItem ItemFor(
        Cohort cohort,
        int self,
        int holder,
        AgreedSecrets agreed,
        ReadOnlySpan<byte> both,
        RandomSource random
    ) =>
        new(
            holder,
            Derivations.ShareCommitment(cohort.H1, self, holder, ShareKind.SelfMask, both[..SecretSharing.ShareLength]),
            Derivations.ShareCommitment(cohort.H1, self, holder, ShareKind.MaskKey, both[SecretSharing.ShareLength..]),
            holder == self ? [] : ShareCipher.Seal(cohort, self, holder, agreed.Channel(holder), both, random)
        );
}
