using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Cli.Studies;

/// <summary>A researcher's calls to a coordinator.</summary>
internal sealed partial class StudyClient : IDisposable
{
    private const string OnlyTheSigner = "ask the researcher who signed the study; nobody else decides on it";

    private readonly CoordinatorCalls _calls;
    private readonly StudyService.StudyServiceClient _client;

    /// <param name="calls">This object's to dispose of.</param>
    internal StudyClient(CoordinatorCalls calls)
    {
        _calls = calls;
        _client = new StudyService.StudyServiceClient(calls.Channel);
    }

    internal StudyClient(Uri address, TlsFiles tls)
        : this(new CoordinatorCalls(address, tls)) { }

    /// <summary>Signs and submits a plan.</summary>
    /// <returns>The plan hash, checked against our own.</returns>
    internal async Task<Digest> SubmitAsync(StudyPlan plan, CancellationToken cancellationToken)
    {
        var bytes = plan.ToBytes();
        var request = new SubmitStudyRequest
        {
            Plan = ByteString.CopyFrom(bytes),
            Certificate = ByteString.CopyFrom(_calls.Tls.Certificate.RawData),
            Signature = ByteString.CopyFrom(PlanSignature.Sign(bytes, _calls.Tls)),
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
        return FetchedPlan.Of(planHash, response, _calls.Tls);
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

    public void Dispose() => _calls.Dispose();

    /// <inheritdoc cref="CoordinatorCalls.IsAway"/>
    internal static bool IsAway(OperatorException e) => CoordinatorCalls.IsAway(e);

    private Task<T> Guard<T>(Func<Task<T>> call, string? whenDenied = null) => _calls.Guard(call, whenDenied);

    private static ByteString BytesOf(Digest hash) => ByteString.CopyFrom(hash.ToArray());
}
