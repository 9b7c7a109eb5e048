using System.Text;
using Federated.Federation;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;

namespace Federated.TransparencyLog.Tests.Entries;

/// <summary>What stands in the log: signed canonical JSON, one spelling for one content.</summary>
[TestClass]
public sealed class SealedEntryTests
{
    /// <summary>Written by hand from the design, §5.3, and RFC 8785.</summary>
    private const string Approved =
        "fl-audit-entry/v1\n"
        + "{\"actor\":\"site/cleveland\",\"body\":{\"decision_hash\":\"4a64a107f0cb32536e5bce6c98c393db21cca7f4ea187ba8c4dca8b51d4ea80a\","
        + "\"policy_hash\":\"e77b9a9ae9e30b0dbdb6f510a264ef9de781501d7b6b92ae89eb059c5ab743db\",\"reason\":\"within-policy\"},"
        + "\"plan\":\"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a\",\"study\":\"Herz „Studie“ \\\\ 2030\",\"time\":\"2030-01-31T08:15:00.250Z\",\"type\":\"plan.approved\"}\n";

    [TestMethod]
    public void An_approval_is_written_as_the_design_says()
    {
        Assert.AreEqual(Approved, Encoding.UTF8.GetString(Samples.Of(EntryKind.PlanApproved).ToText()));
    }

    [TestMethod]
    public void Every_kind_is_read_as_it_was_written_and_verifies_under_its_actors_key()
    {
        foreach (var entry in Samples.All)
        {
            using var signer = Samples.Signer(entry.Kind);
            var bytes = SealedEntry.Sign(entry, signer).ToBytes();

            Assert.IsTrue(SealedEntry.TryParse(bytes, out var read, out var fault), $"{entry.Kind}: {fault}");
            Assert.IsTrue(read.TryVerify([signer.Key], out var signatures, out fault), fault);
            CollectionAssert.AreEqual(bytes, read.ToBytes());
            Assert.AreEqual(
                (entry.Kind, entry.Study, entry.Time, entry.Actor),
                (read.Entry.Kind, read.Entry.Study, read.Entry.Time, read.Entry.Actor)
            );
            Assert.AreEqual(entry.Body.ToJson().ToString(), read.Entry.Body.ToJson().ToString());
            Assert.AreEqual(entry.Body.GetType(), read.Entry.Body.GetType());
            Assert.AreEqual(signer.Key, signatures.Single().Key);
        }
    }

    [TestMethod]
    public void Every_kind_has_a_word_and_a_signer()
    {
        foreach (var kind in Enum.GetValues<EntryKind>())
        {
            Assert.AreEqual(kind, EntryKinds.Of(EntryKinds.WordOf(kind)));
            Assert.IsTrue(Enum.IsDefined(EntryKinds.SignerOf(kind)));
        }

        Assert.HasCount(Enum.GetValues<EntryKind>().Length, EntryKinds.Words.Distinct().ToList());
        Assert.IsNull(EntryKinds.Of("plan.unknown"));
    }

    [TestMethod]
    public void Every_changed_bit_of_an_entry_is_refused()
    {
        using var signer = Samples.Signer();
        var whole = SealedEntry.Sign(Samples.Of(EntryKind.PrivacyCharged), signer).ToBytes();
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var changed = whole.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.IsFalse(
                SealedEntry.TryParse(changed, out var read, out _) && read.TryVerify([signer.Key], out _, out _),
                $"bit {bit % 8} of byte {bit / 8}"
            );
        }
    }

    [TestMethod]
    [DataRow(
        "fl-audit-entry/v1",
        "fl-audit-entry/v2",
        "it is of version 'v2', which this release does not know",
        DisplayName = "a newer version"
    )]
    [DataRow("fl-audit-entry/v1", "fl-audit-entrx/v1", "it does not begin with the line", DisplayName = "another format")]
    [DataRow("plan.approved", "plan.aproved", "did you mean 'plan.approved'", DisplayName = "an unknown kind")]
    [DataRow("\"study\"", "\"studdy\"", "did you mean 'study'", DisplayName = "a misspelt key")]
    [DataRow("\"reason\":", "\"weight\":1,\"reason\":", "unknown key", DisplayName = "an unknown key in the body")]
    [DataRow("\"within-policy\"", "\"Patient Müller\"", "body.reason: expected 1 to 40 of a-z", DisplayName = "free text for a reason")]
    [DataRow("\"within-policy\"", "7", "body.reason: expected", DisplayName = "a number for a text")]
    [DataRow("4bf5", "4BF5", "not in canonical form", DisplayName = "capital digits of a hash")]
    [DataRow("e77b", "e77", "body.policy_hash: expected 64", DisplayName = "a short hash")]
    [DataRow("\"4bf5", "\"bf5", "plan: expected 64", DisplayName = "a short hash of the plan")]
    [DataRow(
        "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
        "",
        "plan: expected 64",
        DisplayName = "a study without its plan"
    )]
    [DataRow("Herz „Studie“ \\\\ 2030", "", "study: expected 1 to 100", DisplayName = "a plan without its name")]
    [DataRow("site/cleveland", "coordinator/hub", "is a site's to say, and coordinator/hub is none", DisplayName = "another's statement")]
    [DataRow("08:15:00.250Z", "08:15:00Z", "expected UTC", DisplayName = "another form of the time")]
    [DataRow("\"time\":", "\"time\" :", "not in canonical form", DisplayName = "a blank")]
    [DataRow("{\"actor\":\"site/cleveland\",", "{", "actor", DisplayName = "no actor")]
    [DataRow("site/cleveland", "site+cleveland", "actor: expected the name of a key", DisplayName = "an actor that is no key's name")]
    [DataRow("„", "\\u201e", "not in canonical form", DisplayName = "an escape where none is needed")]
    [DataRow(
        "\"type\":\"plan.approved\"}",
        "\"type\":\"plan.approved\",\"type\":\"plan.approved\"}",
        "stands twice",
        DisplayName = "a key twice"
    )]
    [DataRow("}\n", "}\n\n", "not exactly one line", DisplayName = "a line more")]
    [DataRow("}\n", "} \n", "not in canonical form", DisplayName = "a blank at the end")]
    [DataRow("{\"actor", "[{\"actor", "no JSON", DisplayName = "half an array")]
    public void What_is_no_entry_is_refused_with_the_place(string part, string instead, string reason)
    {
        Assert.Contains(part, Approved);

        Assert.IsFalse(LogEntry.TryParse(Encoding.UTF8.GetBytes(Approved.Replace(part, instead)), out var entry, out var fault));

        Assert.IsNull(entry);
        Assert.Contains(reason, fault);
    }

    [TestMethod]
    [DataRow("u1", "cleveland basel", DisplayName = "names out of order")]
    [DataRow("u1", "basel basel", DisplayName = "a name twice")]
    [DataRow("u1", "basel  cleveland", DisplayName = "two blanks")]
    [DataRow("u1", "Basel", DisplayName = "no name of a site")]
    [DataRow("u3", "cleveland va", DisplayName = "a survivor who did not share")]
    public void Names_of_sites_are_read_strictly(string key, string names)
    {
        var text = Encoding.UTF8.GetString(Samples.Of(EntryKind.RoundCommitted).ToText());
        var at = text.IndexOf($"\"{key}\":\"", StringComparison.Ordinal) + key.Length + 4;
        var changed = text[..at] + names + text[text.IndexOf('"', at)..];

        Assert.IsFalse(LogEntry.TryParse(Encoding.UTF8.GetBytes(changed), out _, out var fault));

        Assert.Contains($"body.{(key == "u3" ? "u3" : "u1")}", fault);
    }

    [TestMethod]
    public void A_body_of_another_kind_makes_no_entry()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Entry(EntryKind.PlanApproved, Samples.BodyOf(EntryKind.Refusal)));
        Assert.ThrowsExactly<ArgumentException>(() =>
            Entry(EntryKind.Misbehaviour, new MisbehaviourEvidence(EntryCode.Parse("a"), "x", "x"))
        );
        Assert.ThrowsExactly<ArgumentException>(() =>
            Entry(
                EntryKind.CohortFormed,
                (CohortFormation)Samples.BodyOf(EntryKind.CohortFormed) with
                {
                    Members = [SiteName.Parse("b"), SiteName.Parse("a")],
                }
            )
        );
        Assert.ThrowsExactly<ArgumentException>(() =>
            Entry(EntryKind.Refusal, Samples.BodyOf(EntryKind.Refusal), study: new StudyReference("two\nlines", Samples.Hash(1)))
        );
        Assert.ThrowsExactly<ArgumentException>(() =>
            Entry(EntryKind.Refusal, Samples.BodyOf(EntryKind.Refusal), study: new StudyReference(new string('a', 101), Samples.Hash(1)))
        );
    }

    [TestMethod]
    public void Every_kind_is_of_a_study_or_of_none_as_its_table_says_and_said_by_whom_it_says()
    {
        foreach (var kind in Enum.GetValues<EntryKind>())
        {
            var (body, actor) = (Samples.BodyOf(kind), Samples.ActorOf(kind));
            var other = actor == Samples.Site ? KeyNames.ForCoordinator(SiteName.Parse("hub")) : Samples.Site;
            var study = EntryKinds.ScopeOf(kind) == EntryScope.Consortium ? null : Samples.Study;

            Assert.AreEqual(EntryKinds.ScopeOf(kind) != EntryScope.Consortium, Makes(Samples.Study, actor), $"{kind} of a study");
            Assert.AreEqual(EntryKinds.ScopeOf(kind) != EntryScope.Study, Makes(null, actor), $"{kind} of none");
            Assert.AreEqual(EntryKinds.SignerOf(kind) == EntrySigner.Anybody, Makes(study, other), $"{kind} by {other}");

            bool Makes(StudyReference? of, KeyName by)
            {
                try
                {
                    return new LogEntry(kind, of, DateTimeOffset.UnixEpoch, by, body).Kind == kind;
                }
                catch (ArgumentException)
                {
                    return false;
                }
            }
        }
    }

    [TestMethod]
    public void Documents_of_the_root_stand_in_the_log_up_to_their_limit()
    {
        Assert.IsNotNull(Consortium(EntryKind.KeyRegistered, new KeyRegistration(new string('a', 2048))));
        Assert.ThrowsExactly<ArgumentException>(() => Consortium(EntryKind.KeyRegistered, new KeyRegistration(new string('a', 2049))));
        Assert.ThrowsExactly<ArgumentException>(() => Consortium(EntryKind.KeyRegistered, new KeyRegistration("")));
        Assert.IsNotNull(Consortium(EntryKind.KeyRevoked, new KeyRevocation(new string('a', 60_000))));
        Assert.ThrowsExactly<ArgumentException>(() => Consortium(EntryKind.KeyRevoked, new KeyRevocation(new string('a', 60_001))));
        Assert.ThrowsExactly<ArgumentException>(() => Consortium(EntryKind.KeyRevoked, new KeyRevocation(new string('"', 60_000))));

        static LogEntry Consortium(EntryKind kind, EntryBody body) =>
            new(kind, null, DateTimeOffset.UnixEpoch, Samples.ActorOf(kind), body);
    }

    [TestMethod]
    public void Names_of_keys_are_read_as_they_are_made()
    {
        var site = SiteName.Parse("va");

        Assert.AreEqual("site/va", KeyNames.ForSite(site).Value);
        Assert.AreEqual("coordinator/va", KeyNames.ForCoordinator(site).Value);
        Assert.AreEqual("federated/4bf5122f344554c5/va", KeyNames.Origin(Samples.Hash(1), site).Value);
        Assert.IsTrue(KeyNames.IsSite(KeyNames.ForSite(site), out var read) && read == site);
        Assert.IsTrue(KeyNames.IsCoordinator(KeyNames.ForCoordinator(site), out read) && read == site);
        Assert.IsFalse(KeyNames.IsSite(KeyNames.ForCoordinator(site), out _));
        Assert.IsFalse(KeyNames.IsCoordinator(KeyNames.ForSite(site), out _));
        Assert.IsFalse(KeyNames.IsSite(KeyName.Parse("site/Capital"), out _) || KeyNames.IsSite(default, out _));
    }

    [TestMethod]
    public void An_entry_over_the_limit_is_refused_when_it_is_signed_and_when_it_is_read()
    {
        using var signer = Samples.Signer();
        MisbehaviourEvidence Evidence(int length) => new(EntryCode.Parse("a"), new string('a', length), "b");
        var most = SealedEntry.MostBytes - SealedEntry.Sign(Entry(EntryKind.Misbehaviour, Evidence(1)), signer).ToBytes().Length + 1;

        Assert.HasCount(SealedEntry.MostBytes, SealedEntry.Sign(Entry(EntryKind.Misbehaviour, Evidence(most)), signer).ToBytes());
        Assert.ThrowsExactly<ArgumentException>(() => SealedEntry.Sign(Entry(EntryKind.Misbehaviour, Evidence(most + 1)), signer));
        Assert.IsFalse(SealedEntry.TryParse(new byte[65_536], out _, out var fault));
        Assert.AreEqual("it has 65536 bytes; 65535 are allowed.", fault);
    }

    [TestMethod]
    public void Only_the_actor_makes_an_entry_and_no_stranger_signs_along()
    {
        using var signer = Samples.Signer();
        using var another = new NoteSigner(KeyNames.ForSite(SiteName.Parse("va")), new Seeded("va").Bytes(32));
        var entry = Samples.Of(EntryKind.Refusal);
        var both = SealedEntry.Sign(entry, signer).With(another);

        Assert.IsTrue(both.TryVerify([signer.Key, another.Key], out var signatures, out _));
        Assert.HasCount(2, signatures);
        Assert.IsFalse(both.TryVerify([signer.Key], out signatures, out var fault));
        Assert.IsNull(signatures);
        Assert.Contains("nobody who is known here", fault);
        Assert.IsFalse(both.TryVerify([another.Key], out _, out _));
        Assert.ThrowsExactly<ArgumentException>(() => SealedEntry.Sign(entry, another));
        var text = entry.ToText();
        Assert.IsTrue(SealedEntry.TryParse(SignedNote.Of(text, another.Sign(text)).ToBytes(), out var byAnother, out _));
        Assert.IsFalse(byAnother.TryVerify([signer.Key, another.Key], out _, out fault));
        Assert.Contains("site/cleveland, whose statement it is, did not sign it", fault);
    }

    [TestMethod]
    public void Evidence_of_a_fork_is_an_entry_that_speaks_for_itself()
    {
        using var log = MemoryLog.With(10);
        using var forked = new MemoryLog();
        forked.Append(MemoryLog.SomeEntries(10, "another history"));
        using var signer = Samples.Signer();
        Assert.IsTrue(CheckpointFork.TryVerify(log.Checkpoint(), forked.Checkpoint(), log.Policy, out var fork, out var fault), fault);

        var bytes = SealedEntry.Sign(Entry(EntryKind.Misbehaviour, MisbehaviourEvidence.Of(fork, log.Policy)), signer).ToBytes();

        Assert.IsTrue(SealedEntry.TryParse(bytes, out var read, out fault), fault);
        Assert.IsTrue(((MisbehaviourEvidence)read.Entry.Body).TryVerifyFork(log.Policy, out var again, out fault), fault);
        Assert.AreEqual(new TreeSize(10), again.First.Checkpoint.Head.Size);
    }

    [TestMethod]
    [DataRow("0", true)]
    [DataRow("0.05", true)]
    [DataRow("12.5", true)]
    [DataRow("1234567890123456789012345678901234567890", true, DisplayName = "40 digits")]
    [DataRow("12345678901234567890123456789012345678901", false, DisplayName = "41 digits")]
    [DataRow("", false, DisplayName = "nothing")]
    [DataRow("01", false, DisplayName = "a leading zero")]
    [DataRow("1.0", false, DisplayName = "a last zero")]
    [DataRow(".5", false, DisplayName = "nothing before the point")]
    [DataRow("5.", false, DisplayName = "nothing after the point")]
    [DataRow("-1", false, DisplayName = "a sign")]
    [DataRow("1e3", false, DisplayName = "an exponent")]
    [DataRow("NaN", false, DisplayName = "not a number")]
    [DataRow("1.2.3", false, DisplayName = "two points")]
    public void A_decimal_has_one_form(string text, bool isNumber) => Assert.AreEqual(isNumber, DecimalText.TryParse(text, out _));

    [TestMethod]
    [DataRow(0.7301, 3, "0.731")]
    [DataRow(0.731, 3, "0.731")]
    [DataRow(0.0, 3, "0")]
    [DataRow(2.0, 4, "2")]
    [DataRow(1e-9, 3, "0.001")]
    [DataRow(999.99999, 0, "1000")]
    public void What_is_spent_is_rounded_up(double value, int decimals, string text)
    {
        var rounded = DecimalText.RoundedUp(value, decimals);

        Assert.AreEqual(text, rounded.Value);
        Assert.IsTrue(DecimalText.TryParse(rounded.Value, out _));
        Assert.IsGreaterThanOrEqualTo(value, rounded.ToDouble());
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(-1e-9)]
    [DataRow(1e12)]
    public void What_is_no_number_of_an_entry_is_a_callers_bug(double value) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DecimalText.RoundedUp(value, 3));

    private static LogEntry Entry(EntryKind kind, EntryBody body, StudyReference? study = null) =>
        new(kind, study ?? Samples.Study, DateTimeOffset.UnixEpoch, Samples.ActorOf(kind), body);
}
