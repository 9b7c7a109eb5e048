using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Tests.Hosting;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>The real node of alpha, welcome at a scripted coordinator, and the words of one study's conversation.</summary>
internal sealed class StudyAtNode : IAsyncDisposable
{
    private readonly CancellationToken _stop;

    private StudyAtNode(StudyPlan plan, CancellationToken stop)
    {
        Plan = plan;
        _stop = stop;
        Hub = Consortium.Identity(Role.Coordinator, "hub");
        Researcher = Consortium.Identity(Role.Researcher, "lab");
    }

    public StudyPlan Plan { get; }

    public Consortium Consortium { get; } = new();

    /// <summary>Whose certificate the coordinator shows.</summary>
    public TlsIdentity Hub { get; }

    /// <summary>Who signed the plan.</summary>
    public TlsIdentity Researcher { get; }

    public ScriptedCoordinator Coordinator { get; private set; } = null!; // this and the next three: set by StartAsync

    public NodeFiles Files { get; private set; } = null!;

    public RunningNode Node { get; private set; } = null!;

    public ScriptedSession Session { get; private set; } = null!;

    /// <summary>The other sites of the study, and the aggregator.</summary>
    public Ensemble Others { get; private set; } = null!;

    /// <param name="plan">The study.</param>
    /// <param name="stop">Ends all of it.</param>
    /// <param name="approval">As in the node's configuration; so are the next two. Empty for a key that is left out.</param>
    /// <param name="more">Further keys, after a comma.</param>
    /// <param name="withoutPrivacy">What becomes of plans that say <c>privacy: none</c>.</param>
    /// <param name="prepare">Done in the node's folder before it starts.</param>
    public static async Task<StudyAtNode> StartAsync(
        StudyPlan plan,
        CancellationToken stop,
        string approval = "automatic",
        string more = "",
        string withoutPrivacy = "allow",
        Action<NodeFiles>? prepare = null
    )
    {
        var bench = new StudyAtNode(plan, stop);
        try
        {
            bench.Coordinator = await ScriptedCoordinator.StartAsync(bench.Hub, stop);
            bench.Coordinator.Researcher = bench.Researcher;
            bench.Coordinator.Plans[plan.Hash()] = plan.ToBytes();
            bench.Others = new Ensemble(plan, bench.Consortium, bench.Hub, bench.Coordinator);
            bench.Files = new NodeFiles(
                bench.Consortium.Issue(Role.Site, "alpha") with
                {
                    Revocations = bench.Consortium.RevocationsFile,
                },
                bench.Coordinator.Address,
                approval,
                more,
                withoutPrivacy
            );
            prepare?.Invoke(bench.Files);
            await bench.StartNodeAsync();
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same, once the node has accepted the study.</summary>
    public static async Task<StudyAtNode> JoinAsync(StudyPlan plan, CancellationToken stop)
    {
        var bench = await StartAsync(plan, stop);
        var answer = await bench.OfferAsync();
        if (answer.Accepted)
        {
            return bench;
        }

        await bench.DisposeAsync();
        throw new AssertFailedException($"the node declined: {answer.Code}");
    }

    /// <summary>Ends the node's process, as far as its folder can tell.</summary>
    public async Task StopNodeAsync()
    {
        await Node.DisposeAsync();
        Node = null!;
    }

    /// <summary>Starts a node in the same folder, and welcomes it.</summary>
    public async Task StartNodeAsync()
    {
        Node = await RunningNode.StartAsync(Files, _stop);
        await NextSessionAsync();
    }

    /// <summary>Ends the node and starts it again, perhaps with another folder in between.</summary>
    public async Task RestartNodeAsync(Action? meanwhile = null)
    {
        await StopNodeAsync();
        meanwhile?.Invoke();
        await StartNodeAsync();
    }

    /// <summary>Waits for the node to connect, again or for the first time.</summary>
    public async Task NextSessionAsync()
    {
        Session = await Coordinator.SessionAsync(_stop);
        await Session.WelcomeAsync(_stop);
    }

    /// <summary>Offers the study; what is not said is the truth at its beginning.</summary>
    public async Task<StudyAnswer> OfferAsync(
        Digest? planHash = null,
        uint round = 0,
        Digest? model = null,
        uint lastRound = 0,
        uint lastAttempt = 0
    )
    {
        var offer = new StudyOffer
        {
            PlanHash = HonestSum.Hash(planHash ?? Plan.Hash()),
            Round = round,
            ModelHash = HonestSum.Hash(model ?? InitialModel.Of(Plan).Hash),
            LastRound = lastRound,
            LastAttempt = lastAttempt,
        };
        await Session.SayAsync(new CoordinatorMessage { StudyOffer = offer });
        return await AnswerAsync();
    }

    /// <summary>The node's next answer, asked for or not.</summary>
    public Task<StudyAnswer> AnswerAsync() => Session.HearAsync(m => m.StudyAnswer, _stop);

    /// <summary>Begins an attempt with the node and all others; what is not said is the truth at the study's beginning.</summary>
    public Task InviteAsync(
        uint round,
        uint attempt,
        Digest? model = null,
        Digest? planHash = null,
        uint timeoutMs = 30_000,
        Digest previous = default,
        params IEnumerable<SiteName> without
    ) =>
        Others.InviteAsync(
            Session,
            round,
            attempt,
            model ?? InitialModel.Of(Plan).Hash,
            previous,
            planHash ?? Plan.Hash(),
            timeoutMs,
            without
        );

    /// <summary>A round of these sites, after another or as the first, whose sum is what the test wants.</summary>
    public HonestSum Sum(HonestSum? after, long[] lanes, params string[] survivors) =>
        Others.Simulate(after?.Next ?? InitialModel.Of(Plan), after?.Result ?? default, lanes, attempt: 1, survivors);

    /// <summary>The sum of the attempt that the node was invited to.</summary>
    public Task<HonestSum> SumAsync(HonestSum? after = null) => Others.SumAsync(after?.Next ?? InitialModel.Of(Plan), _stop);

    public Task<AttemptRefusal> RefusalAsync() => Session.HearAsync(m => m.AttemptRefusal, _stop);

    /// <summary>Commits a round, and hears the node's report on it.</summary>
    public async Task<ModelReport> CommitAsync(HonestSum sum)
    {
        Coordinator.Sums[sum.Header.Round] = sum.Messages;
        await Session.SayAsync(new CoordinatorMessage { RoundCommitted = sum.Header });
        return await Session.HearAsync(m => m.ModelReport, _stop);
    }

    /// <summary>Ends the study, and waits until the node knows.</summary>
    public async Task EndAsync(bool completed)
    {
        var ended = new StudyEnded
        {
            PlanHash = HonestSum.Hash(Plan.Hash()),
            Completed = completed,
            Reason = "enough.",
        };
        await Session.SayAsync(new CoordinatorMessage { StudyEnded = ended });
        await Node.Log.WaitForAsync($"ended, completed = {completed}: enough.", _stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (Node is not null)
        {
            await Node.DisposeAsync();
        }

        if (Coordinator is not null)
        {
            await Coordinator.DisposeAsync();
        }

        Files?.Dispose();
        Others?.Dispose();
        Researcher.Dispose();
        Hub.Dispose();
        Consortium.Dispose();
    }
}
