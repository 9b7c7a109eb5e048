using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Fixtures;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Auditing;

/// <summary>A second implementation, which shares no code with the first, recomputes a round from its messages (design section 6.2, number 33).</summary>
[TestClass]
public sealed class AuditorTests
{
    private static readonly Digest s_nextModel = Digest.Of("the next model"u8);

    [TestMethod]
    [DataRow(4, 32, 5, -1, DisplayName = "everybody, lanes of 32 bits")]
    [DataRow(4, 32, 9, 0, DisplayName = "without the first")]
    [DataRow(4, 20, 7, 1, DisplayName = "without the second, 20 bits")]
    [DataRow(5, 16, 3, 4, DisplayName = "without the last, 16 bits")]
    [DataRow(3, 64, 1, -1, DisplayName = "one lane of 64 bits")]
    public void An_auditor_recomputes_transcript_and_sum_from_what_was_said(int sites, int bits, int dimension, int lost)
    {
        var rig = new Rig(sites, bits: bits, dimension: dimension);
        using var round = new Round(rig);
        var vectors = new Dictionary<SiteName, byte[]>();
        round.Vector = (site, bytes) => rig.Names.IndexOf(site) == lost ? null : vectors[site] = bytes;
        round.Run();
        var sum = round.Sum!.Lanes.ToArray();
        var proof = round.Aggregator.Conclude(Digest.Of(Lanes.ToBytes(sum)), s_nextModel);

        var audited = Python.Run(Program(), Disclosed(rig, round, vectors, proof));

        CollectionAssert.AreEqual(sum, audited["sum"]!.AsArray().Select(lane => (long)lane!).ToArray());
        var proven = proof.Verify(rig.Study, new RoundNumber(1), rig.Model, rig.Previous, rig.Coordinator, rig.Check, out var fault)!;
        Assert.IsNull(fault);
        var heard = round.HeardBy(round.Survivors[0]);
        Digest[] chain =
        [
            heard.H0,
            heard.Cohort.H1,
            heard.H2,
            proven.H3,
            Transcript.H4(proven.H3, Digest.Of(Lanes.ToBytes(sum)), s_nextModel),
        ];
        CollectionAssert.AreEqual(
            chain.Select(hash => hash.ToString()).ToArray(),
            audited["transcript"]!.AsArray().Select(hash => (string)hash!).ToArray()
        );
        CollectionAssert.AreEqual(round.ClearSum(round.Survivors), sum);
    }

    private static string Program()
    {
        using var stream = typeof(AuditorTests).Assembly.GetManifestResourceStream("auditor.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static JsonObject Disclosed(Rig rig, Round round, Dictionary<SiteName, byte[]> vectors, RoundProof proof)
    {
        var heard = round.HeardBy(round.Survivors[0]);
        return new JsonObject
        {
            ["coordinator"] = Hex.Of(rig.Coordinator.Encoded.Span),
            ["identities"] = new JsonArray([.. heard.Cohort.Members.Select(member => (JsonNode)Hex.Of(member.Site.Key.Encoded.Span))]),
            ["dimension"] = rig.Study.Dimension,
            ["bits"] = rig.Study.Format.ModulusBits,
            ["lane_bits"] = rig.Study.Format.LaneBits,
            ["threshold"] = rig.Study.Threshold,
            ["minimum"] = rig.Study.MinimumSurvivors,
            ["previous"] = rig.Previous.ToString(),
            ["next_model"] = s_nextModel.ToString(),
            ["invitation"] = Json(heard.Last(MessageType.Invitation)),
            ["keys"] = new JsonArray([.. heard.Keys.Select(Json)]),
            ["shares"] = Said(rig, round, MessageType.ShareKeys),
            ["inputs"] = new JsonObject(
                vectors.Select(pair =>
                {
                    var message = Json(
                        round.Said.Single(said => said.Site == pair.Key && said.Message.Type == MessageType.MaskedInput).Message
                    );
                    message["bytes"] = Hex.Of(pair.Value);
                    return KeyValuePair.Create($"{rig.Names.IndexOf(pair.Key)}", (JsonNode?)message);
                })
            ),
            ["survivors"] = Json(heard.Last(MessageType.SurvivorSet)),
            ["acknowledgements"] = Json(heard.Last(MessageType.AcknowledgementSet)),
            ["shown"] = Said(rig, round, MessageType.UnmaskingShares),
            ["result"] = Json(proof.Result),
        };
    }

    private static JsonObject Said(Rig rig, Round round, MessageType type) =>
        new(
            round
                .Said.Where(said => said.Message.Type == type)
                .Select(said => KeyValuePair.Create($"{rig.Names.IndexOf(said.Site)}", (JsonNode?)Json(said.Message)))
        );

    private static JsonNode Json(SignedMessage message) =>
        new JsonObject
        {
            ["body"] = Hex.Of(message.Body.Span),
            ["signature"] = Hex.Of(message.Signature.Span),
            ["attachment"] = Hex.Of(message.Attachment.Span),
        };
}
