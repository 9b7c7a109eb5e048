using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>Encrypts a dealer's two shares to one holder: AES-256-GCM under a key of this pair, direction and attempt (design section 2.4).</summary>
internal static class ShareCipher
{
    /// <summary>Plaintext: a share of the self-mask seed, then one of the mask-key seed.</summary>
    internal const int PlaintextBytes = 2 * SecretSharing.ShareLength;

    private const int MostContextBytes = 64;

    internal static byte[] Seal(
        Cohort cohort,
        int dealer,
        int holder,
        ReadOnlySpan<byte> agreed,
        ReadOnlySpan<byte> shares,
        RandomSource random
    )
    {
        var sealedBytes = new byte[ShareItem.CiphertextBytes];
        var nonce = sealedBytes.AsSpan(0, ShareItem.NonceBytes);
        random(nonce);
        Span<byte> context = stackalloc byte[MostContextBytes];
        context = context[..Derivations.ShareContext(cohort.H1, dealer, holder, context)];
        using var cipher = CipherOf(cohort, dealer, holder, agreed);
        cipher.Encrypt(
            nonce,
            shares,
            sealedBytes.AsSpan(ShareItem.NonceBytes, PlaintextBytes),
            sealedBytes.AsSpan(ShareItem.NonceBytes + PlaintextBytes),
            context
        );
        return sealedBytes;
    }

    /// <summary>Opens a ciphertext; false if it is not one of this dealer to this holder in this attempt.</summary>
    internal static bool TryOpen(
        Cohort cohort,
        int dealer,
        int holder,
        ReadOnlySpan<byte> agreed,
        ReadOnlySpan<byte> ciphertext,
        Span<byte> shares
    )
    {
        if (ciphertext.Length != ShareItem.CiphertextBytes)
        {
            return false;
        }

        Span<byte> context = stackalloc byte[MostContextBytes];
        context = context[..Derivations.ShareContext(cohort.H1, dealer, holder, context)];
        using var cipher = CipherOf(cohort, dealer, holder, agreed);
        try
        {
            cipher.Decrypt(
                ciphertext[..ShareItem.NonceBytes],
                ciphertext.Slice(ShareItem.NonceBytes, PlaintextBytes),
                ciphertext[(ShareItem.NonceBytes + PlaintextBytes)..],
                shares,
                context
            );
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static AesGcm CipherOf(Cohort cohort, int dealer, int holder, ReadOnlySpan<byte> agreed)
    {
        Span<byte> key = stackalloc byte[32];
        Derivations.ShareKey(
            cohort.H1,
            agreed,
            dealer,
            holder,
            cohort.Members[dealer].Advertisement.ChannelKey.Span,
            cohort.Members[holder].Advertisement.ChannelKey.Span,
            key
        );
        var cipher = new AesGcm(key, ShareItem.TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
