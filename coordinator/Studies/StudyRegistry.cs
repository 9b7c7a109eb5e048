using System.Diagnostics.CodeAnalysis;
using Federated.Coordinator.Hosting;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;

namespace Federated.Coordinator.Studies;

/// <summary>All studies of this coordinator, each with its own loop. Thread-safe.</summary>
internal sealed class StudyRegistry(StudyContext context, CoordinatorLog log, IHostApplicationLifetime lifetime) : IHostedService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, (Study Study, Task Loop)> _studies = []; // guarded by _lock

    /// <summary>Registers and starts a study; the same plan again finds the one that runs.</summary>
    internal Study Submit(StudyPlan plan)
    {
        var study = new Study(plan, context);
        lock (_lock)
        {
            if (_studies.TryGetValue(study.PlanHash, out var known))
            {
                return known.Study;
            }

            _studies.Add(study.PlanHash, (study, Task.Run(() => RunAsync(study))));
        }

        log.StudyStarted(study.PlanHash.Abbreviated, plan.Name, plan.Sites.Length);
        return study;
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

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
