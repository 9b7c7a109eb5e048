using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Fuzz;

/// <summary>Every parser of foreign bytes: null or a value that writes the same bytes again, no exception, and no more memory than the bytes warrant (design section 6.2, number 29).</summary>
[TestClass]
public sealed class ParserTests
{
    private static readonly Recording s_recording = new();

    public required TestContext TestContext { get; set; }

    private static Dictionary<string, (ReadOnlyMemory<byte> Valid, Func<ReadOnlyMemory<byte>, byte[]?> Reread)> Parsers
    {
        get
        {
            var suite = ToySuite.Instance;
            var said = (MessageType type) => s_recording.Said.First(said => said.Message.Type == type).Message;
            var told = (MessageType type) => s_recording.Told.First(message => message.Type == type);
            var (n, study) = (Recording.Sites, s_recording.Rig.Study);
            var item = ShareItem.Split(said(MessageType.ShareKeys).Attachment, n)!.Value;
            return new()
            {
                ["M0"] = (told(MessageType.Invitation).Body, b => Invitation.Parse(b)?.ToBody()),
                ["M1"] = (said(MessageType.KeyAdvertisement).Body, b => KeyAdvertisement.Parse(b, suite)?.ToBody()),
                ["M2"] = (
                    told(MessageType.CohortKeys).Body,
                    b => SignedList.Parse(b, MessageType.KeyAdvertisement) is { } list ? SignedList.ToBody(list) : null
                ),
                ["M3"] = (said(MessageType.ShareKeys).Body, b => ShareHeader.Parse(b)?.ToBody()),
                ["M3's items"] = (
                    said(MessageType.ShareKeys).Attachment,
                    b => ShareItem.Split(b, n) is { } items ? ShareItem.Join([.. items.Select(one => one.ToArray())]) : null
                ),
                ["an item"] = (item[2], b => ShareItem.Parse(b)?.ToBytes()),
                ["M4"] = (told(MessageType.ShareSet).Body, b => ShareSet.Parse(b, n, 1)?.ToBody()),
                ["M5"] = (said(MessageType.MaskedInput).Body, b => MaskedInputHeader.Parse(b, study.Dimension, study.Format)?.ToBody()),
                ["receipt"] = (told(MessageType.InputReceipt).Body, b => InputReceipt.Parse(b)?.ToBody()),
                ["M6"] = (told(MessageType.SurvivorSet).Body, b => SurvivorSet.Parse(b, n)?.ToBody()),
                ["M8"] = (told(MessageType.AcknowledgementSet).Body, b => AcknowledgementSet.Parse(b, n)?.ToBody()),
                ["M9"] = (said(MessageType.UnmaskingShares).Body, b => UnmaskingShares.Parse(b)?.ToBody()),
                ["M10"] = (s_recording.Proof.Result.Body, b => RoundResult.Parse(b)?.ToBody()),
                ["notice"] = (
                    AbortNotice.ToBody(AbortCode.Quorum),
                    b => AbortNotice.Parse(b) is { } code ? AbortNotice.ToBody(code) : null
                ),
                ["set"] = (new byte[] { 0b101 }, b => SiteSet.From(b, n)?.Bitmap.ToArray()),
                ["opening"] = (s_recording.Opening.ToBytes(), b => RoundOpening.Parse(b)?.ToBytes()),
                ["proof"] = (s_recording.Proof.ToBytes(), b => RoundProof.Parse(b)?.ToBytes()),
            };
        }
    }

    [TestMethod]
    public void A_parser_refuses_or_reads_what_writes_the_same_bytes()
    {
        var cases = new FuzzCases();
        foreach (var (name, (valid, reread)) in Parsers)
        {
            var mutations = new Mutations(new Seeded($"parser {name}"));
            CollectionAssert.AreEqual(valid.ToArray(), reread(valid), $"{name}: the valid message itself");
            for (var i = FuzzCases.Count(usual: 8000); i > 0; i--)
            {
                var bytes = mutations.Of(valid);
                var again = FuzzCases.Bounded(MostBytes(bytes.Length), () => $"{name}: {Hex.Of(bytes)}", () => reread(bytes));
                if (again is not null && !again.AsSpan().SequenceEqual(bytes))
                {
                    Assert.Fail($"{name} has two forms: {Hex.Of(bytes)} reads as {Hex.Of(again)}.");
                }

                cases.Add($"{name, -12} {(again is null ? "refused" : "read")}");
            }
        }

        cases.Print(TestContext);
        Assert.HasCount(2 * Parsers.Count, cases.Reached.ToArray(), "each parser reads some changed messages and refuses others");
    }

    [TestMethod]
    public void No_message_cut_short_or_with_a_byte_more_is_read()
    {
        foreach (var (name, (valid, reread)) in Parsers)
        {
            for (var length = 0; length < valid.Length; length++)
            {
                Assert.IsNull(reread(valid[..length]), $"{name} of {length} bytes");
            }

            Assert.IsNull(reread((byte[])[.. valid.Span, 0]), $"{name} with a byte more");
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(256)]
    public void Lengths_that_promise_more_than_there_is_reserve_nothing(int cohort)
    {
        byte[] greedy = [0, 1, .. Hex.Repeated(0xff, 64)];
        Func<object?>[] parsers =
        [
            () => Invitation.Parse(greedy),
            () => KeyAdvertisement.Parse(greedy, ToySuite.Instance),
            () => SignedList.Parse(greedy, MessageType.KeyAdvertisement),
            () => ShareItem.Split(greedy, cohort),
            () => ShareSet.Parse(greedy, cohort, 0),
            () => SurvivorSet.Parse(greedy, cohort),
            () => AcknowledgementSet.Parse(greedy, cohort),
            () => UnmaskingShares.Parse(greedy),
            () => RoundProof.Parse(greedy),
            () => RoundOpening.Parse(greedy),
        ];

        foreach (var parser in parsers)
        {
            Assert.IsNull(FuzzCases.Bounded(MostBytes(greedy.Length), () => "lengths of 2^32 - 1", parser));
        }
    }

    /// <summary>What reading and writing a message may cost: references for the largest cohort, and a few copies of what is there.</summary>
    private static long MostBytes(int length) => 48 * 1024 + (12L * length);
}
