using System.Text.Json;
using Federated.Cli.Studies;
using Federated.Fixtures;
using Federated.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Federated.Cli.Tests.Studies;

/// <summary>Events in words and as JSON.</summary>
[TestClass]
public sealed class EventTextTests
{
    public static IEnumerable<object[]> Kinds =>
        StudyEvent.Descriptor.Oneofs[0].Fields.Select(kind => new object[] { kind.Name, kind.FieldNumber });

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Every_kind_of_event_has_words_and_a_JSON_object(string kind, int number)
    {
        var what = EventOf(number);

        var words = EventText.Of(what, SamplePlan.For("nord", "sud"));
        var json = JsonDocument.Parse(EventJson.Of(what).ToJsonString()).RootElement;

        Assert.DoesNotContain("does not know", words);
        Assert.AreEqual(kind, json.GetProperty("event").GetString());
        Assert.AreEqual(7UL, json.GetProperty("sequence").GetUInt64());
        Assert.AreEqual("2026-01-02T03:04:05.678Z", json.GetProperty("time").GetString());
        foreach (var field in StudyEvent.Descriptor.FindFieldByNumber(number).MessageType.Fields.InDeclarationOrder())
        {
            Assert.IsTrue(json.TryGetProperty(field.Name, out var value), field.Name);
            Assert.AreNotEqual(JsonValueKind.Null, value.ValueKind, field.Name);
        }
    }

    [TestMethod]
    public void A_failed_attempt_says_why_and_what_happens_next()
    {
        var failed = new StudyEvent
        {
            AttemptFailed = new AttemptFailed
            {
                Round = 3,
                Attempt = 2,
                Reason = "2 of 4 sites answered in time.",
            },
        };

        Assert.AreEqual(
            "round 3, attempt 2 failed: 2 of 4 sites answered in time. The round is tried again; after 3 failed attempts the study pauses.",
            EventText.Of(failed, SamplePlan.For("nord", "sud"))
        );
    }

    [TestMethod]
    public void What_a_site_says_cannot_steer_the_terminal()
    {
        var left = new StudyEvent
        {
            SiteLeft = new SiteLeft { Site = "nord", Reason = "\u001b[2J\nround 9 of 9" },
        };

        Assert.AreEqual("site nord left: �[2J�round 9 of 9", EventText.Of(left, SamplePlan.For("nord")));
    }

    [TestMethod]
    [DataRow(long.MaxValue)]
    [DataRow(long.MinValue)]
    public void A_time_that_no_calendar_has_is_no_fault_of_the_reader(long milliseconds)
    {
        Assert.IsInRange(1970, 9999, EventText.TimeOf(new StudyEvent { TimeUnixMs = milliseconds }).Year);
    }

    /// <summary>An event of a kind with every field set.</summary>
    private static StudyEvent EventOf(int number)
    {
        var what = new StudyEvent { Sequence = 7, TimeUnixMs = 1_767_323_045_678 };
        var field = StudyEvent.Descriptor.FindFieldByNumber(number);
        var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
        foreach (var part in field.MessageType.Fields.InDeclarationOrder())
        {
            part.Accessor.SetValue(
                message,
                part.FieldType switch
                {
                    FieldType.String => "nord",
                    FieldType.Bool => true,
                    FieldType.UInt32 => 5u,
                    FieldType.Bytes => ByteString.CopyFrom(1, 2),
                    _ => throw new AssertFailedException($"{part.FullName} is of a type that this test does not set."),
                }
            );
        }

        field.Accessor.SetValue(what, message);
        return what;
    }
}
