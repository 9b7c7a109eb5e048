using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Plans;

namespace Federated.Node.Diagnosis;

/// <summary>This machine's daemon.</summary>
/// <param name="Process">Its process, or null if none runs.</param>
/// <param name="Report">What it last said of itself, or null.</param>
internal sealed record RunningDaemon(string? Process, StatusReport? Report);

/// <summary>The state folder and what is in it: disk, journal, plans, and what the daemon said of its studies.</summary>
internal sealed class StateChecks(NodeSetup setup, IdentityChecks identity)
{
    private const long LeastBytes = 64L << 20;
    private const long ComfortableBytes = 1L << 30;

    private StateFolder State => setup.State;

    /// <summary>Whether a daemon runs in the state folder, and what it said; a status file that cannot be read is a finding.</summary>
    internal RunningDaemon ReadDaemon(List<Finding> findings)
    {
        var process = FolderLock.Holder(State.Lock);
        StatusReport? report = null;
        findings.Add(
            Doctor.Guard(
                "daemon",
                "start the daemon again; it writes the file anew",
                () =>
                {
                    report = StatusReport.Read(State);
                    return process is null
                        ? Finding.Warn("daemon", "not running", "start it: systemctl start fed-node, or fed-node run --config FILE")
                        : Finding.Ok("daemon", $"process {process}{(report?.Paused == true ? ", local work paused" : "")}");
                }
            )
        );
        return new RunningDaemon(process, report);
    }

    internal IEnumerable<Finding> Examine(RunningDaemon daemon)
    {
        yield return Doctor.Guard("state folder", "check node.state", Folder);
        yield return Disk();
        if (identity.Self is { } self)
        {
            yield return Doctor.Guard("journal", "see docs/hospital-it.md", () => Journal(self, daemon));
        }

        if (identity is { Tls: { } tls, Self: { } site })
        {
            var store = new PlanStore(State, tls, site.Name);
            foreach (var (hash, refusal) in store.Hashes().Select(hash => (hash, store.Load(hash).Refusal)))
            {
                if (refusal is not null)
                {
                    yield return Finding.Fail(
                        "plan",
                        $"{hash.Abbreviated} does not count: {refusal.Reason}",
                        $"remove the folder {store.FolderOf(hash)}; the node fetches the plan again"
                    );
                }
            }
        }

        foreach (var study in daemon.Report?.Studies ?? [])
        {
            if (Study(study) is { } finding)
            {
                yield return finding;
            }
        }
    }

    private Finding Folder()
    {
        if (!Directory.Exists(State.Root))
        {
            return Finding.Ok("state folder", $"{State.Root} is not there yet; the daemon makes it");
        }

        if (State.WriteFault() is { } fault)
        {
            return Finding.Fail("state folder", fault, $"give it to the user that the node runs as: chown -R USER {State.Root}");
        }

        const UnixFileMode writers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        const UnixFileMode readers = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var mode = State.Mode();
        var fix = $"run: chmod 700 {State.Root}";
        return (mode & writers) != 0 ? Finding.Fail("state folder", $"{State.Root}: other users of this machine may write into it", fix)
            : (mode & readers) != 0 ? Finding.Warn("state folder", $"{State.Root}: other users of this machine may read it", fix)
            : Finding.Ok("state folder", State.Root);
    }

    private Finding Disk()
    {
        var folder = State.Root;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = $"{free >> 20} MiB free where the state folder is";
        var fix = "free space there: the node stops before it sends what it cannot write down";
        return free < LeastBytes ? Finding.Fail("disk", text, fix)
            : free < ComfortableBytes ? Finding.Warn("disk", text, fix)
            : Finding.Ok("disk", text);
    }

    private Finding Journal(PeerIdentity self, RunningDaemon daemon)
    {
        var read = JournalFile.Read(State.Journal, self.Name);
        return read.TornBytes > 0 && daemon.Process is null
            ? Finding.Warn(
                "journal",
                $"{read.Lines} lines, all verified, and {read.TornBytes} bytes of one that was never finished",
                "nothing: the next start cuts them off; nothing had left under that line"
            )
            : Finding.Ok("journal", $"{read.Lines} lines, all verified");
    }

    private static Finding? Study(StudyReport study)
    {
        var text = $"{study.Plan[..12]} '{study.Name}': {study.Standing}: {study.Reason}";
        return study.Standing switch
        {
            "JOURNAL_BEHIND" => Finding.Fail(
                "study",
                text,
                $"restore a newer backup if there is one, or read what this means: fed-node journal advance {study.Plan[..12]}"
            ),
            "COORDINATOR_BEHIND" or "PAST_CHANGED" or "MODEL_HASH" => Finding.Fail(
                "study",
                text,
                "call the coordinator's operator; nothing leaves this site meanwhile"
            ),
            "AWAITING_APPROVAL" or "AWAITING_SECOND_APPROVAL" or "APPROVAL_EXPIRED" => Finding.Warn(
                "study",
                text,
                $"decide: fed-node plans show {study.Plan[..12]}"
            ),
            "AGAINST_POLICY" or "NO_PRIVACY" => Finding.Warn(
                "study",
                text,
                "nothing, if that is what the policy is for; or change it (docs/site-policy.md)"
            ),
            "PAUSED" => Finding.Warn("study", text, "fed-node resume, when local work may go on"),
            "PLAN_HASH" or "PLAN_SIGNATURE" or "PLAN_INVALID" => Finding.Fail(
                "study",
                text,
                "tell the researcher and the coordinator's operator; this site takes no part in it"
            ),
            "DATA" or "DEVICE" or "BUSY" => Finding.Fail("study", text, "mend what the line above names, or tell the researcher"),
            _ => null,
        };
    }
}
