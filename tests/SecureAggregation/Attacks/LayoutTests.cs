using System.Reflection;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>
/// What no message has a field for: counts or weights beside the masked vector, numbers that are no integers, and parameters that only the plan may choose.
/// </summary>
[TestClass]
public sealed class LayoutTests
{
    private static readonly Dictionary<Type, string[]> s_fields = new()
    {
        [typeof(Invitation)] = ["Study", "PlanHash", "Round", "Attempt", "ModelHash", "PreviousResult", "Nonce", "Log", "TimeoutMs"],
        [typeof(KeyAdvertisement)] = ["SuiteNumber", "Site", "Credential", "ChannelKey", "MaskKey", "Nonce", "Log"],
        [typeof(ShareHeader)] = ["SelfMaskCommitment", "Items", "ItemsRoot"],
        [typeof(ShareItem)] = ["Holder", "SelfMaskCommitment", "MaskKeyCommitment", "Ciphertext"],
        [typeof(ShareSet)] = ["Sharers", "Shares"],
        [typeof(MaskedInputHeader)] = ["Dimension", "ModulusBits", "LaneBits", "InputDigest"],
        [typeof(InputReceipt)] = ["Site", "InputDigest"],
        [typeof(SurvivorSet)] = ["Survivors", "InputDigests"],
        [typeof(AcknowledgementSet)] = ["Signers", "Signatures"],
        [typeof(UnmaskingShares)] = ["Shares"],
        [typeof(ShownShare)] = ["Owner", "Kind", "Share"],
        [typeof(RoundResult)] = ["SumHash", "Result", "Log"],
    };

    [TestMethod]
    public void No_message_has_a_field_that_this_table_does_not_know()
    {
        foreach (var (type, fields) in s_fields)
        {
            var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);
            CollectionAssert.AreEquivalent(
                fields,
                known.ToArray(),
                $"{type.Name} changed: say here why the new field tells nothing of one site"
            );
        }
    }

    [TestMethod]
    public void No_message_has_a_number_that_is_no_integer()
    {
        Type[] inexact = [typeof(float), typeof(double), typeof(decimal), typeof(Half)];

        var found = s_fields.Keys.SelectMany(type => type.GetProperties()).Where(property => inexact.Contains(property.PropertyType));

        Assert.IsEmpty(found);
    }

    [TestMethod]
    [DataRow(8, 11, -1, DisplayName = "8 bits")]
    [DataRow(12, 3, -1, DisplayName = "12 bits, half a byte left over")]
    [DataRow(20, 7, -1, DisplayName = "20 bits, half a byte left over")]
    [DataRow(20, 7, 1, DisplayName = "20 bits, and a member who did not share")]
    [DataRow(32, 9, -1, DisplayName = "lanes of 32 bits")]
    [DataRow(32, 1, 3, DisplayName = "one lane of 32 bits, and a member who did not share")]
    [DataRow(45, 5, -1, DisplayName = "45 bits")]
    [DataRow(64, 3, -1, DisplayName = "lanes of 64 bits")]
    public void An_input_is_integers_and_what_leaves_is_exactly_its_packed_lanes_under_its_masks(int bits, int dimension, int lost)
    {
        var rig = new Rig(4, minimum: 3, bits: bits, dimension: dimension);
        using var round = new Round(rig);
        var drawn = new Drawn(rig, round);
        var left = new Dictionary<SiteName, byte[]>();
        round.Vector = (site, bytes) => left[site] = bytes;
        if (lost >= 0)
        {
            round.ChangeUp(rig.Names[lost], MessageType.ShareKeys, _ => null);
        }

        round.Run();

        Assert.HasCount(lost < 0 ? 4 : 3, left);
        foreach (var (site, bytes) in left)
        {
            Assert.AreEqual(Hex.Of(drawn.MaskedInput(site)), Hex.Of(bytes), $"{site}");
        }

        var headers = round.Said.Where(said => said.Message.Type == MessageType.MaskedInput).ToArray();
        Assert.IsTrue(Array.TrueForAll(headers, said => said.Message.Body.Length == 8 + 1 + 1 + 4 + Digest.Length));
        Assert.IsTrue(Array.TrueForAll(headers, said => said.Message.Attachment.IsEmpty));
    }

    [TestMethod]
    public void Messages_of_two_inputs_differ_in_no_length()
    {
        var rig = new Rig(4, minimum: 3);
        using var zeros = new Round(rig);
        using var others = new Round(rig);
        foreach (var site in rig.Names)
        {
            Array.Clear(zeros.Inputs[site]);
        }

        zeros.Run();
        others.Run();

        CollectionAssert.AreEqual(Lengths(zeros), Lengths(others));
    }

    [TestMethod]
    public void The_coordinator_cannot_choose_a_graph()
    {
        var header = new ShareHeader(Digest.Of("com"u8), 4, Digest.Of("root"u8)).ToBody();
        byte[] withGraph = [.. header[..37], 1, 0x0f, .. header[38..]]; // the bitmap's length is the u32 at 34

        Assert.IsNotNull(ShareHeader.Parse(header));
        Assert.IsNull(ShareHeader.Parse(withGraph));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Threshold_and_quorum_come_from_the_plan_whatever_cohort_the_coordinator_forms(int fewer)
    {
        var rig = new Rig(7, minimum: 5);
        var t = rig.Study.Threshold;
        using var round = new Round(rig, invited: rig.Names[..(6 - fewer)]);
        round.Down = (site, message) => message.Type == MessageType.AcknowledgementSet && rig.Names.IndexOf(site) >= t - 1 ? null : message;

        round.Run();

        Assert.AreEqual(t - 1, round.Said.Count(said => said.Message.Type == MessageType.UnmaskingShares));
        Assert.IsNull(round.Sum, "t - 1 shares of the roster's t open nothing, in a smaller cohort too");
    }

    private static (MessageType, int)[] Lengths(Round round) =>
        [.. round.Said.Select(said => (said.Message.Type, said.Message.Body.Length))];
}
