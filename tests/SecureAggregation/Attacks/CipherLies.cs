using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>
/// A dealer that commits to a ciphertext and signs it, and the ciphertext is valid elsewhere: for another holder, from another dealer, in another attempt (design section
/// 6.2, number 12). First the whole ciphertext, then each part of its key and of its associated data alone, so that each of them is seen to be checked.
/// </summary>
internal static class CipherLies
{
    private const int Victim = 0;
    private const int OtherHolder = 1;
    private const int Liar = 2;
    private const int OtherDealer = 3;

    private static readonly Digest s_otherH1 = Digest.Of("H1 of another attempt"u8);

    public static ImmutableArray<Lie> All { get; } =
    [
        Sent("a ciphertext for another holder that its dealer signed", e => (e with { Holder = OtherHolder }).Sealed()),
        Sent("a ciphertext of another dealer's index that its dealer signed", e => (e with { Dealer = OtherDealer }).Sealed()),
        Sent("a ciphertext to its own dealer, in the other direction", e => (e with { Dealer = Victim, Holder = Liar }).Sealed()),
        new(
            "a ciphertext of another attempt that its dealer signed",
            AbortCode.BadCiphertext,
            (rig, round, victim) =>
            {
                using var before = new Round(rig).Run();
                var cohort = before.HeardBy(victim).Cohort;
                Encrypt(rig, round, e => (e with { Cohort = cohort }).Sealed());
            }
        ),
        Sent("a ciphertext under a secret that was not agreed", e => (e with { Agreed = Hex.Counting(32) }).Sealed()),
        Key("for another holder", e => e.Key(to: OtherHolder)),
        Key("of another dealer", e => e.Key(from: OtherDealer)),
        Key("of the other direction", e => e.Key(from: Victim, to: Liar)),
        Key("from the channel key of another dealer", e => e.Key(fromKey: OtherDealer)),
        Key("from the channel key of another holder", e => e.Key(toKey: OtherHolder)),
        Key("of another attempt", e => e.Key(h1: s_otherH1)),
        Key("that is the agreed secret itself", e => e.Agreed),
        Context("of another holder", e => e.Context(to: OtherHolder)),
        Context("of another dealer", e => e.Context(from: OtherDealer)),
        Context("of another attempt", e => e.Context(h1: s_otherH1)),
        Context("left out", _ => []),
    ];

    /// <summary>Everybody's ciphertexts of one dealer are made in another way.</summary>
    public static void Encrypt(Rig rig, Round round, Func<Envelope, byte[]> encrypt) =>
        new DishonestDealer(rig, round, rig.Names[Liar])
        {
            Encrypt = honest => honest.Holder == Victim ? encrypt(honest) : honest.Sealed(),
        }.Deal();

    private static Lie Key(string what, Func<Envelope, byte[]> key) =>
        Sent($"a ciphertext that is right but for a key {what}", e => e.SealedWith(key(e), e.Context()));

    private static Lie Context(string what, Func<Envelope, byte[]> context) =>
        Sent($"a ciphertext that is right but for associated data {what}", e => e.SealedWith(e.Key(), context(e)));

    private static Lie Sent(string what, Func<Envelope, byte[]> encrypt) =>
        new(what, AbortCode.BadCiphertext, (rig, round, _) => Encrypt(rig, round, encrypt));
}
