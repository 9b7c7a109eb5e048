using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Federated.Coordinator.Hosting;
using Federated.Coordinator.Log;
using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.TransparencyLog.Entries;
using Grpc.Core;

namespace Federated.Coordinator.Studies;

/// <summary>All studies of this coordinator, each with its own loop. Thread-safe.</summary>
internal sealed class StudyRegistry(
    StudyContext context,
    SubmissionQuota quota,
    CoordinatorLog log,
    FatalFault fault,
    IHostApplicationLifetime lifetime
) : IHostedService
{
    /// <summary>Studies under way at once; each holds a model and its events in memory.</summary>
    private const int MostStudies = 200;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<Digest, (Study Study, Task Loop)> _studies = []; // guarded by _lock; the oldest first

    /// <summary>Registers and starts a study; the same plan again finds the one that runs.</summary>
    /// <exception cref="RpcException">Its certificate was revoked a moment ago, or its researcher has submitted too many plans.</exception>
    /// <returns>Null if so many studies are under way that this one must wait for the end of another.</returns>
    internal Study? Submit(StudyPlan plan, SignedPlan signed)
    {
        if (TryFind(signed.Hash, out var known))
        {
            return known;
        }

        // Its first model takes a while: nobody waits for that.
        var registered = new LogLine(context.Trail.Registered(plan, signed.Hash), null, signed.Hash);
        var study = new Study(StoredStudy.New(signed), plan, registered, context);
        lock (_lock)
        {
            if (_studies.TryGetValue(signed.Hash, out var meanwhile))
            {
                return meanwhile.Study;
            }

            if (_studies.Values.Count(other => !other.Study.Phase.IsOver()) >= MostStudies)
            {
                return null;
            }

            if (quota.Take(signed.Researcher) is { } wait) // after all else that a plan could be refused for: those cost nothing
            {
                throw Refusals.TooManyPlans(signed.Researcher, wait);
            }

            using var certificate = X509CertificateLoader.LoadCertificate(signed.Certificate.Span);
            if (
                !context.Members.TryAppend(
                    certificate.SerialNumber,
                    () => context.Store.AddStudy(signed, context.Time.GetUtcNow(), registered)
                )
            )
            {
                throw new RpcException(
                    new Status(StatusCode.PermissionDenied, "The certificate that signed the plan was revoked a moment ago.")
                );
            }

            log.StudyStarted(signed.Hash.Abbreviated, plan.Name, plan.Sites.Length);
            return StartUnderLock(study);
        }
    }

    /// <summary>All studies, the oldest first.</summary>
    internal IReadOnlyList<Study> All()
    {
        lock (_lock)
        {
            return [.. _studies.Values.Select(known => known.Study)];
        }
    }

    /// <summary>The study of a plan.</summary>
    internal bool TryFind(Digest planHash, [NotNullWhen(true)] out Study? study)
    {
        lock (_lock)
        {
            study = _studies.TryGetValue(planHash, out var known) ? known.Study : null;
            return study is not null;
        }
    }

    /// <summary>Tells every study of a site's coming or going.</summary>
    internal void Tell(SiteName site, StudyInput input)
    {
        lock (_lock)
        {
            foreach (var (study, _) in _studies.Values.Where(known => known.Study.Plan.Roster.Contains(site)))
            {
                study.Post(input);
            }
        }
    }

    /// <summary>Tells a site's studies that its keys are about to be others, or none, and waits until all that they took from it stands in the log.</summary>
    internal Task ChangeKeysAsync(SiteName site, string reason, CancellationToken cancellationToken) =>
        Task.WhenAll(
            All()
                .Where(study => study.Plan.Roster.Contains(site))
                .Select(study => study.HandledAsync(new StudyInput.KeysChange(site, reason), cancellationToken))
        );

    /// <summary>Goes on with everything that is on disk, before the first node is let in.</summary>
    /// <exception cref="OperatorException">What is on disk was altered: then nothing starts.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var stored in context.Store.Load())
            {
                var study = StartUnderLock(new Study(stored, PlanOf(stored), MilestoneOf(stored, context.Store), context));
                log.StudyRestored(study.PlanHash.Abbreviated, study.Phase.Name(), study.Model.Round.Value);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] loops;
        lock (_lock)
        {
            loops = [.. _studies.Values.Select(known => known.Loop)];
        }

        await Task.WhenAll(loops).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static StudyPlan PlanOf(StoredStudy stored) =>
        PlanCodec.Decode(stored.Signed.Plan) switch
        {
            PlanResult.Valid valid => valid.Plan,
            PlanResult.Invalid invalid => throw new OperatorException(
                $"The stored plan of study {stored.Signed.Hash.Abbreviated} cannot be read by this release: {string.Join("; ", invalid.Faults)}",
                "run the release that wrote it"
            ),
            _ => throw new InvalidOperationException("A plan is valid or not."),
        };

    /// <summary>The newest of our own entries of a study that its next attempt rests on.</summary>
    internal static LogLine MilestoneOf(StoredStudy stored, CoordinatorStore store)
    {
        const int mostBetween = 4096; // attempts that failed since, a few entries each
        foreach (var bytes in store.LogOf(stored.Signed.Hash, mostBetween))
        {
            if (
                SealedEntry.TryParse(bytes, out var sealedEntry, out _)
                && sealedEntry.Entry.Kind is EntryKind.PlanRegistered or EntryKind.RoundCommitted
            )
            {
                return new LogLine(bytes, null, stored.Signed.Hash);
            }
        }

        throw new OperatorException(
            $"The log does not have study {stored.Signed.Hash.Abbreviated}, which the database has: the database was altered.",
            "restore the newest backup of it"
        );
    }

    private Study StartUnderLock(Study study)
    {
        _studies.Add(study.PlanHash, (study, Task.Run(() => RunAsync(study))));
        return study;
    }

    private async Task RunAsync(Study study)
    {
        try
        {
            await study.RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            study.Events.Close();
        }
        catch (OperatorException e)
        {
            study.Events.Close();
            fault.Stop(e); // a full disk: nobody was told what is not on it
        }
        catch (Exception e)
        {
            // A loop that died would leave its sites waiting for ever; a restart is what an operator can see and act on.
            log.StudyLoopFailed(study.PlanHash.Abbreviated, e);
            study.Events.Close();
            Environment.ExitCode = Entry.FailureExitCode;
            lifetime.StopApplication();
        }
    }
}
