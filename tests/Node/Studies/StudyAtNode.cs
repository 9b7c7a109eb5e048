using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Tests.Hosting;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>The real node of alpha, welcome at a scripted coordinator, and the words of one study's conversation.</summary>
internal sealed class StudyAtNode : IAsyncDisposable
{
    private readonly CancellationToken _stop;
    private readonly Consortium _consortium = new();
    private readonly TlsIdentity _hub;

    private StudyAtNode(StudyPlan plan, CancellationToken stop)
    {
        Plan = plan;
        _stop = stop;
        _hub = _consortium.Identity(Role.Coordinator, "hub");
    }

    public StudyPlan Plan { get; }

    public ScriptedCoordinator Coordinator { get; private set; } = null!; // this and the next two: set by StartAsync

    public RunningNode Node { get; private set; } = null!;

    public ScriptedSession Session { get; private set; } = null!;

    public static async Task<StudyAtNode> StartAsync(StudyPlan plan, CancellationToken stop)
    {
        var bench = new StudyAtNode(plan, stop);
        try
        {
            bench.Coordinator = await ScriptedCoordinator.StartAsync(bench._hub, stop);
            bench.Coordinator.Plans[plan.Hash()] = plan.ToBytes();
            bench.Node = await RunningNode.StartAsync(bench._consortium, bench.Coordinator.Address, stop);
            await bench.NextSessionAsync();
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

    /// <summary>Waits for the node to connect, again or for the first time.</summary>
    public async Task NextSessionAsync()
    {
        Session = await Coordinator.SessionAsync(_stop);
        await Session.WelcomeAsync(_stop);
    }

    public async Task<StudyAnswer> OfferAsync(Digest? planHash = null)
    {
        var offer = new StudyOffer { PlanHash = HonestSum.Hash(planHash ?? Plan.Hash()) };
        await Session.SayAsync(new CoordinatorMessage { StudyOffer = offer });
        return await Session.HearAsync(m => m.StudyAnswer, _stop);
    }

    public Task InviteAsync(uint round, uint attempt, Digest? model = null, Digest? planHash = null) =>
        Session.SayAsync(
            new CoordinatorMessage
            {
                RoundInvite = new RoundInvite
                {
                    PlanHash = HonestSum.Hash(planHash ?? Plan.Hash()),
                    Round = round,
                    Attempt = attempt,
                    ModelHash = HonestSum.Hash(model ?? InitialModel.Of(Plan).Hash),
                    TimeoutMs = 30_000,
                },
            }
        );

    public Task<AttemptRefusal> RefusalAsync() => Session.HearAsync(m => m.AttemptRefusal, _stop);

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

        _hub.Dispose();
        _consortium.Dispose();
    }
}
