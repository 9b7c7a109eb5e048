using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Rounds;

/// <summary>The masks that are still in a sum of masked inputs, each with the sign that takes it off (design section 2.7). Nothing is derived from a secret that its dealer did not commit to.</summary>
/// <param name="study">The plan.</param>
/// <param name="h0">H0.</param>
/// <param name="sharing">Who shared.</param>
/// <param name="survivors">U3.</param>
internal sealed class Unmasking(StudyTerms study, Digest h0, Sharing sharing, SiteSet survivors)
{
    /// <summary>Adds what one dealer's secret takes off; false if the secret is not the one that it committed to.</summary>
    /// <param name="dealer">Its index in the cohort.</param>
    /// <param name="commitment">com_i, of its M3.</param>
    /// <param name="secret">The seed of its self mask if it survived, of its mask key if not.</param>
    /// <param name="masks">Takes the masks, which the caller disposes.</param>
    internal bool TryAdd(int dealer, Digest commitment, ReadOnlySpan<byte> secret, List<MaskTerm> masks) =>
        survivors.Contains(dealer) ? TryAddSelfMask(dealer, commitment, secret, masks) : TryAddPairMasks(dealer, secret, masks);

    private bool TryAddSelfMask(int dealer, Digest commitment, ReadOnlySpan<byte> seed, List<MaskTerm> masks)
    {
        var isCommitted = Derivations.SelfMaskCommitment(sharing.Cohort.H1, dealer, seed) == commitment;
        if (isCommitted)
        {
            masks.Add(new MaskTerm(Derivations.SelfMask(sharing.H2, seed, dealer), Subtract: true));
        }

        return isCommitted;
    }

    /// <summary>What the survivors added for a site that then sent nothing: the one with the smaller index added, the other subtracted.</summary>
    private bool TryAddPairMasks(int gone, ReadOnlySpan<byte> sigma, List<MaskTerm> masks)
    {
        Span<byte> salt = stackalloc byte[Digest.Length];
        h0.CopyTo(salt);
        using var key = study.Suite.DeriveMaskKey(salt, sigma);
        if (!key.PublicKey.SequenceEqual(sharing.Cohort.Members[gone].Advertisement.MaskKey.Span))
        {
            return false;
        }

        Span<byte> agreed = stackalloc byte[32];
        foreach (var survivor in survivors.Members)
        {
            if (!key.TryAgree(sharing.Cohort.Members[survivor].Advertisement.MaskKey.Span, agreed))
            {
                CryptographicOperations.ZeroMemory(agreed);
                return false;
            }

            masks.Add(new MaskTerm(sharing.PairMask(agreed, gone, survivor), Subtract: survivor < gone));
        }

        CryptographicOperations.ZeroMemory(agreed);
        return true;
    }
}
