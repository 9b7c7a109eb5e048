using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.Hosting;

namespace Federated.Audit.Tests;

/// <summary>What really happened verifies, and no byte of it can be changed.</summary>
[TestClass]
public sealed class HonestLogTests
{
    private static readonly Lazy<Story> s_whole = new(() => Story.Whole(SmallConsortium.Shared));

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void A_whole_history_of_two_studies_verifies_with_its_figures()
    {
        var verdict = s_whole.Value.Audit();

        Assert.IsInstanceOfType<AuditVerdict.Verified>(verdict, $"{verdict}");
        var figures = ((AuditVerdict.Verified)verdict).Figures;
        Assert.AreEqual(s_whole.Value.Head.Size.Value, figures.Entries);
        Assert.AreEqual((2, 4, 5L, 12L, 3), (figures.Studies, figures.Sites, figures.Rounds, figures.Charges, figures.Cosigned));
        Assert.AreEqual(2L, figures.Recomputed);
        Assert.AreEqual(new AuditAnomalies(1, 1, 0, 0), figures.Anomalies);
        Assert.AreEqual(SmallConsortium.Shared.Root.Hash, figures.Root);
    }

    [TestMethod]
    public void The_root_may_be_given_and_then_no_other_counts()
    {
        using var other = ConsortiumAuthority.Create("Others", TimeSpan.FromDays(1), TimeProvider.System);
        var own = System.Text.Encoding.ASCII.GetBytes(SmallConsortium.Shared.Root.ToPem());

        Assert.IsInstanceOfType<AuditVerdict.Verified>(s_whole.Value.Audit(own));
        Assert.IsInstanceOfType<AuditVerdict.Verified>(s_whole.Value.Audit(own[..^1]), "as fed pki init writes it");
        var refused = s_whole.Value.Audit(System.Text.Encoding.ASCII.GetBytes(other.RootPem + "\n"));

        Assert.AreEqual("root.crt: it is another root than given.pem, which was given.", $"{((AuditVerdict.Failed)refused).Fault}");
    }

    /// <summary>FEDERATED_AUDIT_FLIPS looks at more bytes.</summary>
    [TestMethod]
    public void Every_changed_byte_of_every_file_is_caught_with_its_place()
    {
        var flips = int.TryParse(Environment.GetEnvironmentVariable("FEDERATED_AUDIT_FLIPS"), out var many) ? many : 50;
        var random = new KeyedRandom("flipped bytes of an audit");
        var whole = s_whole.Value.Files;
        string[] names = [.. whole.Keys.Order(StringComparer.Ordinal)];
        for (var i = 0; i < flips; i++)
        {
            var name = names[i % names.Length]; // every file, however small
            var changed = whole[name].ToArray();
            var at = random.NextInt32(changed.Length);
            changed[at] ^= (byte)(1 + random.NextInt32(255));

            var verdict = LogAudit.Verify(Folder(() => names, file => file == name ? changed : whole.GetValueOrDefault(file)));

            Assert.IsInstanceOfType<AuditVerdict.Failed>(
                verdict,
                $"byte {at} of {name} was changed from {whole[name][at]} to {changed[at]}"
            );
            TestContext.WriteLine($"{name}, byte {at}: {((AuditVerdict.Failed)verdict).Fault}");
        }
    }

    [TestMethod]
    public void A_file_that_is_cut_or_goes_on_is_caught_and_nothing_breaks()
    {
        var random = new KeyedRandom("cut files of an audit");
        var whole = s_whole.Value.Files;
        foreach (var name in whole.Keys)
        {
            byte[][] changes =
            [
                [],
                whole[name][..random.NextInt32(whole[name].Length)],
                [.. whole[name], (byte)'\n'],
                [.. whole[name], .. whole[name]],
            ];
            foreach (var changed in changes)
            {
                var verdict = LogAudit.Verify(Folder(() => whole.Keys, file => file == name ? changed : whole.GetValueOrDefault(file)));

                Assert.IsInstanceOfType<AuditVerdict.Failed>(verdict, $"{name} of {changed.Length} bytes instead of {whole[name].Length}");
            }
        }
    }

    [TestMethod]
    public void A_missing_file_and_a_file_too_many_are_named()
    {
        var whole = s_whole.Value.Files;
        foreach (var gone in whole.Keys)
        {
            var verdict = LogAudit.Verify(Folder(() => whole.Keys, file => file == gone ? null : whole.GetValueOrDefault(file)));

            Assert.AreEqual(gone, ((AuditVerdict.Failed)verdict).Fault.Place);
        }

        var more = LogAudit.Verify(Folder(() => whole.Keys.Append("rounds/note.txt"), whole.GetValueOrDefault));

        Assert.AreEqual("rounds/note.txt", ((AuditVerdict.Failed)more).Fault.Place);
    }

    private static AuditRequest Folder(Func<IEnumerable<string>> names, Func<string, byte[]?> read) =>
        new() { Folder = new LogFolder(names, read) };
}
