using Federated.Federation;
using Federated.Node.Hosting;

namespace Federated.Node.Tests.Hosting;

/// <summary>What a coordinator says does not fill status.json, act on a terminal, or hide a study.</summary>
[TestClass]
public sealed class NodeStatusTests
{
    private readonly NodeStatus _status = new(TimeProvider.System);

    [TestMethod]
    public void What_a_coordinator_wrote_is_cleaned_and_cut()
    {
        _status.Disconnected($"\u001b[2J{new string('x', 100_000)}");
        _status.Show(Study(1, rounds: 2) with { Name = "a\u202eb", Reason = new string('y', 100_000) });

        var (_, error, _, studies) = _status.Snapshot();

        Assert.StartsWith("\ufffd[2Jx", error!.Value.Text);
        Assert.AreEqual(301, error.Value.Text.Length);
        Assert.AreEqual(("a\ufffdb", 1001), (studies.Single().Name, studies.Single().Reason.Length));
    }

    [TestMethod]
    public void Made_up_studies_are_counted_to_a_limit_and_hide_no_real_one()
    {
        for (var i = 0; i < 1000; i++)
        {
            _status.Show(Study(i, rounds: 0));
        }

        _status.Show(Study(5000, rounds: 2));

        var studies = _status.Snapshot().Studies;
        Assert.HasCount(200, studies);
        Assert.HasCount(1, studies.Where(study => study.Rounds == 2));
    }

    private static StudyStatus Study(int number, uint rounds) =>
        new(Digest.Of(BitConverter.GetBytes(number)), "", default, rounds, default, "PLAN_HASH", "");
}
