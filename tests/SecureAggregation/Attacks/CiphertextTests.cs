using System.Security.Cryptography;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>The cipher under which shares travel; what is refused of it is in <see cref="CipherLies"/>.</summary>
[TestClass]
public sealed class CiphertextTests
{
    [TestMethod]
    public void A_ciphertext_made_by_hand_from_the_design_opens_so_that_key_and_associated_data_are_the_designs()
    {
        var rig = new Rig(4, minimum: 3);
        using var round = new Round(rig);
        var made = 0;
        CipherLies.Encrypt(
            rig,
            round,
            e =>
            {
                made++;
                var h1 = ByHand.H1(ByHand.H0(round.Aggregator.Invitation.Body), [.. e.Cohort.Members.Select(member => member.Message)]);
                return e.SealedWith(
                    ByHand.ShareKey(h1, e.Agreed, e.Dealer, e.Holder, e.ChannelKey(e.Dealer), e.ChannelKey(e.Holder)),
                    ByHand.ShareContext(h1, e.Dealer, e.Holder)
                );
            }
        );

        round.Run(); // the dealer leaves; its secret takes the shares of all three others, that of the ciphertext too

        Assert.AreEqual(1, made);
        Assert.IsTrue(round.HasSaid(rig.Names[0], MessageType.UnmaskingShares));
        CollectionAssert.AreEqual(round.ClearSum(rig.Names.RemoveAt(2)), round.Sum!.Lanes.ToArray());
    }

    // McGrew and Viega, The Galois/Counter Mode of Operation (GCM), appendix B, test case 16; SP 800-38D refers to it. ShareCipher has a key, a length and associated data of
    // its own making, so the vector goes through the class that it calls; the test above shows what it gives that class.
    [TestMethod]
    public void The_platforms_AES_256_GCM_gives_the_published_ciphertext_and_opens_no_other()
    {
        var key = Hex.Bytes("feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308");
        var nonce = Hex.Bytes("cafebabefacedbaddecaf888");
        var context = Hex.Bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        var plaintext = Hex.Bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72 1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        );
        var (ciphertext, tag, opened) = (new byte[plaintext.Length], new byte[ShareItem.TagBytes], new byte[plaintext.Length]);
        using var cipher = new AesGcm(key, ShareItem.TagBytes);

        cipher.Encrypt(nonce, plaintext, ciphertext, tag, context);
        cipher.Decrypt(nonce, ciphertext, tag, opened, context);

        Assert.AreEqual(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            Hex.Of(ciphertext)
        );
        Assert.AreEqual("76fc6ece0f4e1768cddf8853bb2d551b", Hex.Of(tag));
        CollectionAssert.AreEqual(plaintext, opened);
        tag[^1] ^= 1;
        Assert.ThrowsExactly<AuthenticationTagMismatchException>(() => cipher.Decrypt(nonce, ciphertext, tag, opened, context));
        Assert.AreEqual(ShareItem.NonceBytes, nonce.Length);
    }
}
