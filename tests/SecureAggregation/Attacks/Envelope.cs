using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Everything that goes into the ciphertext of one dealer's shares for one holder; a liar changes one thing.</summary>
/// <param name="Cohort">Whose H1, and whose channel keys.</param>
/// <param name="Dealer">Index of the dealer.</param>
/// <param name="Holder">Index of the holder.</param>
/// <param name="Agreed">What their channel keys agree on.</param>
/// <param name="Both">The two shares.</param>
internal sealed record Envelope(Cohort Cohort, int Dealer, int Holder, byte[] Agreed, byte[] Both)
{
    /// <summary>As the product seals it.</summary>
    public byte[] Sealed() => ShareCipher.Seal(Cohort, Dealer, Holder, Agreed, Both, RandomNumberGenerator.Fill);

    /// <summary>The product's key, for a dealer, holder, transcript and channel keys of one's choice.</summary>
    public byte[] Key(Digest? h1 = null, int? from = null, int? to = null, int? fromKey = null, int? toKey = null)
    {
        var key = new byte[32];
        var (dealerKey, holderKey) = (ChannelKey(fromKey ?? Dealer), ChannelKey(toKey ?? Holder));
        Derivations.ShareKey(h1 ?? Cohort.H1, Agreed, from ?? Dealer, to ?? Holder, dealerKey.Span, holderKey.Span, key);
        return key;
    }

    /// <summary>The product's associated data, likewise.</summary>
    public byte[] Context(Digest? h1 = null, int? from = null, int? to = null)
    {
        var context = new byte[64];
        return context[..Derivations.ShareContext(h1 ?? Cohort.H1, from ?? Dealer, to ?? Holder, context)];
    }

    /// <summary>nonce ‖ AES-256-GCM of both shares, straight from the base library.</summary>
    public byte[] SealedWith(byte[] key, byte[] context)
    {
        var bytes = new byte[ShareItem.CiphertextBytes];
        var nonce = bytes.AsSpan(0, ShareItem.NonceBytes);
        var rest = bytes.AsSpan(ShareItem.NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, ShareItem.TagBytes);
        cipher.Encrypt(nonce, Both, rest[..Both.Length], rest[Both.Length..], context);
        return bytes;
    }

    public ReadOnlyMemory<byte> ChannelKey(int member) => Cohort.Members[member].Advertisement.ChannelKey;
}
