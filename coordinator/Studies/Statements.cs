using Federated.Audit;
using Federated.Coordinator.Log;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Coordinator.Studies;

/// <summary>
/// What sites say of one study in the log, judged before it stands there by the very code of an audit (<see cref="SiteStatements"/>): nothing that an auditor would not accept is
/// appended, so that no site can spoil the log of all. Part of the study's loop, which alone calls it.
/// </summary>
internal sealed class Statements(StudyPlan plan, Digest planHash, StudyContext context)
{
    private readonly HashSet<(EntryKind Kind, Digest Artefact, SiteName Recipient)> _released = [];
    private readonly HashSet<Digest> _taken = []; // sites say a statement again until they are shown it: the very same is no second one
    private SiteStatements? _said; // read from the log when first asked, as _released is

    private SiteStatements Said => _said ??= ReadLog();

    /// <summary>Why the log may not say this, or null. Changes nothing.</summary>
    internal string? FaultOf(SiteEntry entry) =>
        !context.Members.Counts(entry) ? "the site's keys are others by now; say it again."
        : Said.FaultOf(entry.Site, entry.Entry) is { } fault && !_taken.Contains(entry.ToLine().Hash) ? fault
        : null;

    /// <summary>The same for a charge that comes with a masked input.</summary>
    /// <param name="charge">The charge.</param>
    /// <param name="round">Of the input.</param>
    /// <param name="attempt">Of the input.</param>
    /// <param name="h2">What it is masked for.</param>
    internal string? FaultOf(SiteEntry charge, RoundNumber round, AttemptNumber attempt, Digest h2) =>
        charge.Entry.Body is PrivacyCharge body && body.Round == round && body.Attempt == attempt && body.H2 == h2
            ? FaultOf(charge)
            : "the entry that came with the input is not its charge.";

    /// <summary>A statement without fault stands in the log, or does with the study's next write.</summary>
    internal void Take(SiteEntry entry)
    {
        var said = Said; // the log is read
        if (!_taken.Add(entry.ToLine().Hash))
        {
            return;
        }

        said.Take(entry.Site, entry.Entry);
        if (entry.Entry.Kind == EntryKind.PrivacyCharged)
        {
            context.Charges.Note(entry.ToLine());
        }
    }

    /// <summary>Our own word that a cohort was formed stands in the log.</summary>
    /// <param name="formed">The entry.</param>
    internal void Form(ReadOnlyMemory<byte> formed) => Said.Form((CohortFormation)Read(formed).Body);

    /// <summary>Why a site may be in no cohort now, or null.</summary>
    internal string? Unapproved(SiteName site) => Said.Unapproved(site);

    /// <summary>Notes a release; false if the log has it.</summary>
    internal bool AddRelease(EntryKind kind, Digest artefact, SiteName recipient)
    {
        _ = Said; // the log is read
        return _released.Add((kind, artefact, recipient));
    }

    private SiteStatements ReadLog()
    {
        var said =
            SiteStatements.Of(plan, planHash, out var fault) ?? throw new InvalidOperationException($"A plan was registered that {fault}");
        foreach (var line in context.Store.LogOfStudy(planHash))
        {
            var entry = Read(line.Entry);
            if (line.Site is { } site)
            {
                said.Take(site, entry);
                _taken.Add(line.Hash);
            }
            else if (entry.Body is CohortFormation formed)
            {
                said.Form(formed);
            }
            else if (entry.Body is ArtefactRelease release)
            {
                _released.UnionWith(release.Recipients.Select(recipient => (entry.Kind, release.Artefact, recipient)));
            }
        }

        return said;
    }

    private static LogEntry Read(ReadOnlyMemory<byte> entry) =>
        SealedEntry.TryParse(entry, out var read, out var fault)
            ? read.Entry
            : throw new InvalidOperationException($"The log has an entry that nobody can read: {fault}");
}
