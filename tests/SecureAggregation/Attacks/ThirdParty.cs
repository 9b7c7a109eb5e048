using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Suites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>
/// Somebody who took part in nothing and believes nobody: knows the keys that the root certified, and is shown an attempt's public messages and two lists of survivors.
/// Signatures are checked over bytes put together here (design section 2.3).
/// </summary>
internal sealed class ThirdParty(IdentityKey coordinator, IReadOnlyDictionary<SiteName, IdentityKey> sites)
{
    /// <summary>True if the coordinator signed both lists for that attempt, and they are not the same.</summary>
    /// <param name="rig">For the suite of the plan and its first round's previous result.</param>
    /// <param name="heard">What one site was told: M0, M2 and M4 count.</param>
    /// <param name="holder">That site's index.</param>
    /// <param name="evidence">Two M6.</param>
    public bool Convicts(Rig rig, Heard heard, int holder, IReadOnlyList<SignedMessage> evidence)
    {
        var invitation = heard.Last(MessageType.Invitation);
        var h0 = ByHand.H0(invitation.Body);
        var keys = SignedList.Parse(heard.Last(MessageType.CohortKeys).Body, MessageType.KeyAdvertisement)!.Value;
        IdentityKey[] members = [.. keys.Select(one => sites[KeyAdvertisement.Parse(one.Body, rig.Suite)!.Site])];
        var h1 = ByHand.H1(h0, keys);
        var set = ShareSet.Parse(heard.Last(MessageType.ShareSet).Body, members.Length, holder)!;
        int[] sharers = [.. set.Sharers.Members];
        var h2 = ByHand.H2(h1, members.Length, sharers, set.Shares.Select(share => share.Header));
        return IsSigned(invitation, MessageType.Invitation, coordinator, rig.Previous.ToArray())
            && keys.Zip(members).All(pair => IsSigned(pair.First, MessageType.KeyAdvertisement, pair.Second, h0))
            && set.Shares.Zip(sharers).All(pair => IsSigned(pair.First.Header, MessageType.ShareKeys, members[pair.Second], h1))
            && evidence.Count == 2
            && evidence.All(list => IsSigned(list, MessageType.SurvivorSet, coordinator, h2))
            && !evidence[0].Body.Span.SequenceEqual(evidence[1].Body.Span);
    }

    private static bool IsSigned(SignedMessage message, MessageType type, IdentityKey key, byte[] previous) =>
        key.Verifies([.. "FLSA/1 msg\0"u8, (byte)type, .. previous, .. SHA256.HashData(message.Body.Span)], message.Signature.Span);
}
