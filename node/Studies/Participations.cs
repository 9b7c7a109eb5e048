using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Node.Hosting;
using Federated.Node.Release;
using Federated.Node.Sessions;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Node.Studies;

/// <summary>The studies this node takes part in. Messages are handled one after the other, in the order in which they came.</summary>
internal sealed class Participations(ParticipationContext context, CoordinatorChannel coordinator, NodeLog log) : IDisposable
{
    /// <summary>Each holds a network and the encoded rows; a coordinator must not fill this machine's memory with studies.</summary>
    private const int MostStudies = 16;

    private readonly Dictionary<Digest, Participation> _studies = [];
    private readonly HashSet<Digest> _over = [];

    /// <summary>Says something back on the session's stream.</summary>
    internal delegate Task Answer(NodeMessage message);

    /// <summary>Handles one message of the coordinator.</summary>
    internal async Task HandleAsync(CoordinatorMessage message, Answer answer, CancellationToken cancellationToken)
    {
        switch (message.KindCase)
        {
            case CoordinatorMessage.KindOneofCase.StudyOffer:
                await OfferedAsync(DigestOf(message.StudyOffer.PlanHash), answer, cancellationToken).ConfigureAwait(false);
                break;
            case CoordinatorMessage.KindOneofCase.RoundInvite:
                await InvitedAsync(message.RoundInvite, answer, cancellationToken).ConfigureAwait(false);
                break;
            case CoordinatorMessage.KindOneofCase.RoundCommitted
                when _studies.TryGetValue(DigestOf(message.RoundCommitted.PlanHash), out var study):
                await CommittedAsync(study, message.RoundCommitted, answer, cancellationToken).ConfigureAwait(false);
                break;
            case CoordinatorMessage.KindOneofCase.StudyEnded:
                Ended(message.StudyEnded);
                break;
            default:
                break; // a round of a study that this node declined, or a kind of a later version
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var study in _studies.Values)
        {
            study.Dispose();
        }
    }

    private async Task OfferedAsync(Digest planHash, Answer answer, CancellationToken cancellationToken)
    {
        if (!_studies.TryGetValue(planHash, out var study))
        {
            var (joined, refusal) = await JoinAsync(planHash, cancellationToken).ConfigureAwait(false);
            if (joined is null)
            {
                log.StudyDeclined(planHash.Abbreviated, refusal!.Code, refusal.Reason);
                await answer(
                        new NodeMessage
                        {
                            StudyAnswer = new StudyAnswer { PlanHash = Bytes(planHash), Code = OnTheWire(refusal) },
                        }
                    )
                    .ConfigureAwait(false);
                return;
            }

            study = joined;
            _studies.Add(planHash, study);
            log.StudyAccepted(planHash.Abbreviated, study.Plan.Name, study.Plan.Privacy, study.Plan.Purpose);
        }

        var accepted = new StudyAnswer
        {
            PlanHash = Bytes(planHash),
            Accepted = true,
            Round = study.Model.Round.Value,
            ModelHash = Bytes(study.Model.Hash),
        };
        await answer(new NodeMessage { StudyAnswer = accepted }).ConfigureAwait(false);
    }

    /// <summary>Fetches and checks a plan; the bytes count only if they have the hash that was offered.</summary>
    private async Task<(Participation? Study, GateRefusal? Refusal)> JoinAsync(Digest planHash, CancellationToken cancellationToken)
    {
        if (_over.Contains(planHash))
        {
            return (null, new GateRefusal("STUDY_OVER", "this study ended here before; what it released is not released again."));
        }

        if (_studies.Count >= MostStudies)
        {
            return (null, new GateRefusal("BUSY", $"{MostStudies} studies are under way at this site."));
        }

        var response = await coordinator
            .Client.FetchPlanAsync(new FetchPlanRequest { PlanHash = Bytes(planHash) }, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (Digest.Of(response.Plan.Span) != planHash)
        {
            return (null, new GateRefusal("PLAN_HASH", "the plan's bytes do not have the offered hash."));
        }

        return PlanCodec.Decode(response.Plan.Memory) switch
        {
            PlanResult.Invalid invalid => (null, new GateRefusal("PLAN_INVALID", string.Join("; ", invalid.Faults.Take(20)))),
            PlanResult.Valid valid => context.Join(valid.Plan, planHash),
            _ => throw new InvalidOperationException("A plan is valid or not."),
        };
    }

    private async Task InvitedAsync(RoundInvite invite, Answer answer, CancellationToken cancellationToken)
    {
        var planHash = DigestOf(invite.PlanHash);
        var round = new RoundNumber(invite.Round);
        var attempt = new AttemptNumber(invite.Attempt);
        var refusal = _studies.TryGetValue(planHash, out var study)
            ? await study
                .TakePartAsync(round, attempt, DigestOf(invite.ModelHash), TimeSpan.FromMilliseconds(invite.TimeoutMs), cancellationToken)
                .ConfigureAwait(false)
            : new GateRefusal("PLAN_UNKNOWN", "this node has not accepted that plan.");
        if (refusal is null)
        {
            return;
        }

        log.AttemptRefused(planHash.Abbreviated, round.Value, attempt.Value, refusal.Code, refusal.Reason);
        var refused = new AttemptRefusal
        {
            PlanHash = invite.PlanHash,
            Round = invite.Round,
            Attempt = invite.Attempt,
            Code = OnTheWire(refusal),
        };
        await answer(new NodeMessage { AttemptRefusal = refused }).ConfigureAwait(false);
    }

    private static async Task CommittedAsync(
        Participation study,
        RoundCommitted committed,
        Answer answer,
        CancellationToken cancellationToken
    )
    {
        if (!await study.CatchUpAsync(committed, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var report = new ModelReport
        {
            PlanHash = committed.PlanHash,
            Round = study.Model.Round.Value,
            ModelHash = Bytes(study.Model.Hash),
        };
        await answer(new NodeMessage { ModelReport = report }).ConfigureAwait(false);
    }

    private void Ended(StudyEnded ended)
    {
        var planHash = DigestOf(ended.PlanHash);
        if (_studies.Remove(planHash, out var study))
        {
            study.ScoreNow();
            study.Dispose();
        }

        if (_over.Add(planHash))
        {
            log.StudyEnded(planHash.Abbreviated, ended.Completed, ended.Reason);
        }
    }

    /// <summary>The code alone: a reason may quote a library or a data file, and stays here.</summary>
    private static DeclineCode OnTheWire(GateRefusal refusal) =>
        Enum.Parse<DeclineCode>(refusal.Code.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static ByteString Bytes(Digest digest) => ByteString.CopyFrom(digest.ToArray());

    private static Digest DigestOf(ByteString bytes) =>
        Digest.TryFrom(bytes.Span, out var digest)
            ? digest
            : throw new RpcException(new Status(StatusCode.InvalidArgument, $"the coordinator sent a hash of {bytes.Length} bytes."));
}
