using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Cli.Studies;

/// <summary>A researcher's calls to a coordinator.</summary>
internal sealed class StudyClient : IDisposable
{
    private readonly TlsIdentity _tls;
    private readonly ConsortiumChannel _channel;
    private readonly StudyService.StudyServiceClient _client;

    internal StudyClient(Uri address, TlsFiles tls)
    {
        _tls = TlsIdentity.Load(tls, TimeProvider.System);
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

    /// <summary>Events from the first on, until the study ends.</summary>
    internal async IAsyncEnumerable<StudyEvent> WatchAsync(
        Digest planHash,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var call = _client.WatchStudy(
            new WatchStudyRequest { PlanHash = ByteString.CopyFrom(planHash.ToArray()) },
            cancellationToken: cancellationToken
        );
        while (await Guard(() => call.ResponseStream.MoveNext(cancellationToken)))
        {
            yield return call.ResponseStream.Current;
        }
    }

    /// <summary>The model after the last committed round, checked against its hash.</summary>
    internal async Task<ModelState> FetchModelAsync(Digest planHash, CancellationToken cancellationToken)
    {
        var request = new FetchModelRequest { PlanHash = ByteString.CopyFrom(planHash.ToArray()) };
        using var call = _client.FetchModel(request, cancellationToken: cancellationToken);
        if (!await Guard(() => call.ResponseStream.MoveNext(cancellationToken)) || call.ResponseStream.Current.Header is not { } header)
        {
            throw Broken("it has no header");
        }

        if (header.Length > MaxModelBytes)
        {
            throw Broken($"it announces {header.Length} bytes");
        }

        using var bytes = new MemoryStream((int)header.Length);
        while (await Guard(() => call.ResponseStream.MoveNext(cancellationToken)))
        {
            if (
                call.ResponseStream.Current.Chunk is not { } chunk
                || chunk.Offset != (ulong)bytes.Length
                || chunk.Data.Length > (long)header.Length - bytes.Length
            )
            {
                throw Broken("its chunks do not follow each other");
            }

            chunk.Data.WriteTo(bytes);
        }

        var model = ModelState.From(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), out var fault) ?? throw Broken(fault!);
        return header.ModelHash.Span.SequenceEqual(model.Hash.ToArray()) ? model : throw Broken("its hash is not the announced one");
    }

    public void Dispose()
    {
        _channel.Dispose();
        _tls.Dispose();
    }

    /// <summary>A snapshot of the largest model: float32 parameters and float64 momentum.</summary>
    private const ulong MaxModelBytes = (12UL * ModelShape.MaxParameters) + 64;

    private static OperatorException Broken(string fault) =>
        new($"The model that the coordinator sent cannot be used: {fault}.", "try again; report it if it stays");

    /// <summary>Turns what a call can end with into what a person can act on.</summary>
    private async Task<T> Guard<T>(Func<Task<T>> call)
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
            var refusal = _channel.TakeRefusal();
            throw new OperatorException(
                refusal is null
                    ? $"{_channel.Address}: {e.Status.Detail}"
                    : $"The certificate of {_channel.Address} was refused: {refusal}",
                e.StatusCode == StatusCode.Unavailable ? "check the address, and that the coordinator runs" : null,
                e
            );
        }
    }
}
