using System.Security.Authentication;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Cli.Studies;

/// <summary>A researcher's calls to a coordinator.</summary>
internal sealed partial class StudyClient : IDisposable
{
    private readonly TlsIdentity _tls;
    private readonly ConsortiumChannel _channel;
    private readonly StudyService.StudyServiceClient _client;

    internal StudyClient(Uri address, TlsFiles tls)
    {
        _tls = TlsIdentity.Load(tls, TimeProvider.System);
        if (_tls.OwnFault() is { } fault)
        {
            _tls.Dispose();
            throw new OperatorException($"Your certificate {tls.Certificate} cannot be used: {fault}");
        }

        _channel = new ConsortiumChannel(address, _tls);
        _client = new StudyService.StudyServiceClient(_channel.Channel);
    }

    /// <summary>Signs and submits a plan.</summary>
    /// <returns>The plan hash, checked against our own.</returns>
    internal async Task<Digest> SubmitAsync(StudyPlan plan, CancellationToken cancellationToken)
    {
        var bytes = plan.ToBytes();
        var request = new SubmitStudyRequest
        {
            Plan = ByteString.CopyFrom(bytes),
            Certificate = ByteString.CopyFrom(_tls.Certificate.RawData),
            Signature = ByteString.CopyFrom(PlanSignature.Sign(bytes, _tls)),
        };
        var response = await Guard(async () => await _client.SubmitStudyAsync(request, cancellationToken: cancellationToken));
        var hash = Digest.Of(bytes);
        return response.PlanHash.Span.SequenceEqual(hash.ToArray())
            ? hash
            : throw new OperatorException(
                "The coordinator registered another plan than was sent.",
                "do not trust this coordinator; report it"
            );
    }

    /// <summary>What the coordinator knows of all studies, the oldest first.</summary>
    internal async Task<IReadOnlyList<StudyState>> ListAsync(CancellationToken cancellationToken)
    {
        var request = new ListStudiesRequest();
        return (await Guard(async () => await _client.ListStudiesAsync(request, cancellationToken: cancellationToken))).Studies;
    }

    /// <summary>The signed plan of a study, whose bytes have the study's hash.</summary>
    /// <exception cref="OperatorException">They have another hash: what was signed and what the coordinator holds are two things.</exception>
    internal async Task<FetchedPlan> FetchPlanAsync(Digest planHash, CancellationToken cancellationToken)
    {
        var request = new FetchStudyPlanRequest { PlanHash = BytesOf(planHash) };
        var response = await Guard(async () => await _client.FetchStudyPlanAsync(request, cancellationToken: cancellationToken));
        return FetchedPlan.Of(planHash, response, _tls);
    }

    /// <summary>Ends a study for good.</summary>
    internal Task<StudyState> CancelAsync(Digest planHash, CancellationToken cancellationToken)
    {
        var request = new CancelStudyRequest { PlanHash = BytesOf(planHash) };
        return Guard(async () => await _client.CancelStudyAsync(request, cancellationToken: cancellationToken), OnlyTheSigner);
    }

    /// <summary>Lets a paused study go on.</summary>
    internal Task<StudyState> ResumeAsync(Digest planHash, CancellationToken cancellationToken)
    {
        var request = new ResumeStudyRequest { PlanHash = BytesOf(planHash) };
        return Guard(async () => await _client.ResumeStudyAsync(request, cancellationToken: cancellationToken), OnlyTheSigner);
    }

    /// <summary>Events from the first on, until the study ends.</summary>
    internal async IAsyncEnumerable<StudyEvent> WatchAsync(
        Digest planHash,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var call = _client.WatchStudy(new WatchStudyRequest { PlanHash = BytesOf(planHash) }, cancellationToken: cancellationToken);
        while (await Guard(() => call.ResponseStream.MoveNext(cancellationToken)))
        {
            yield return call.ResponseStream.Current;
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _tls.Dispose();
    }

    /// <summary>True if the coordinator did not answer, or went away while it did: another try may find it back.</summary>
    internal static bool IsAway(OperatorException e) => e.InnerException is RpcException { StatusCode: StatusCode.Unavailable };

    private const string OnlyTheSigner = "ask the researcher who signed the study; nobody else decides on it";

    /// <summary>Turns what a call can end with into what a person can act on.</summary>
    /// <param name="call">The call.</param>
    /// <param name="whenDenied">The hint if the coordinator does not let this caller do it; null where it says all itself.</param>
    private async Task<T> Guard<T>(Func<Task<T>> call, string? whenDenied = null)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            throw new OperationCanceledException("The call was cancelled.", e);
        }
        catch (RpcException e)
        {
            // Why we refused the coordinator's certificate: for gRPC that is just one more address that does not answer.
            throw _channel.TakeRefusal() is { } refusal
                ? new OperatorException(
                    $"The certificate of {_channel.Address} was refused: {ForeignText.Clean(refusal)}",
                    "if this machine's clock and root.pem are right, tell the coordinator's operator; do not go on without",
                    new AuthenticationException(refusal, e)
                )
                : new OperatorException($"{_channel.Address.Authority}: {DetailOf(e.Status)}", HintFor(e.StatusCode, whenDenied), e);
        }
    }

    /// <summary>What the coordinator said, line by line; or, where it said nothing, what the network did.</summary>
    private static string DetailOf(Status status) =>
        status is { StatusCode: StatusCode.Unavailable, DebugException: { } cause }
            ? $"no answer ({cause.GetBaseException().Message})"
            : ForeignText.CleanLines(status.Detail);

    private static string? HintFor(StatusCode status, string? whenDenied) =>
        status switch
        {
            StatusCode.PermissionDenied => whenDenied,
            StatusCode.Unavailable => "check the address, and that the coordinator runs",
            StatusCode.Unimplemented => "this coordinator is of an earlier version; ask its operator",
            StatusCode.NotFound => "fed study list shows what the coordinator has",
            _ => null,
        };

    private static ByteString BytesOf(Digest hash) => ByteString.CopyFrom(hash.ToArray());
}
