using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Cli.Audit.Fetching;

/// <summary>Where the coordinator says its log is. The log's own signature on both was verified, under a key that the root vouches for; who cosigned was not.</summary>
/// <param name="Newest">The newest checkpoint.</param>
/// <param name="Cosigned">The newest that a quorum of sites cosigned; null while there is none.</param>
internal sealed record OfferedLog(SignedCheckpoint Newest, SignedCheckpoint? Cosigned);

/// <summary>A file that is expected.</summary>
/// <param name="Name">In an audit's folder.</param>
/// <param name="Hash">SHA-256 that it must have; null where it is judged with others.</param>
internal sealed record ExpectedFile(string Name, Digest? Hash);

/// <summary>An auditor's calls to a coordinator. Files come in the order in which they are expected, or not at all.</summary>
/// <param name="calls">The connection; the caller's to dispose of.</param>
internal sealed class AuditClient(CoordinatorCalls calls)
{
    private const string WhoMayHaveInputs = "come with the certificate of an auditor (--identity): masked inputs are for auditors alone";

    private const string WhoMayFetch = "come with the certificate of an auditor or a researcher (--identity)";

    /// <summary>Tries of somebody who waits for the answer: longer than a minute, in which whoever fetches meanwhile has ended or been ended.</summary>
    internal const int PatientTries = 30;

    /// <summary>Log keys that a coordinator may have had: more show nothing but work.</summary>
    private const int MostCredentials = 64;

    private readonly AuditService.AuditServiceClient _client = new(calls.Channel);

    /// <summary>How often files are asked for of a coordinator that serves others first.</summary>
    internal int Tries { get; init; } = 1;

    /// <summary>Between two tries.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How far the log is.</summary>
    /// <exception cref="OperatorException">No answer, or not one of this consortium.</exception>
    internal async Task<OfferedLog> CheckpointsAsync(CancellationToken cancellationToken)
    {
        var request = new FetchCheckpointsRequest();
        var answer = await calls.Guard(
            async () => await _client.FetchCheckpointsAsync(request, cancellationToken: cancellationToken),
            WhoMayFetch
        );
        if (!answer.Root.Span.SequenceEqual(calls.Tls.Root.RawData))
        {
            throw Unusable("it is of a consortium with another root certificate than yours");
        }

        var logs = LogsOf(answer);
        return new OfferedLog(Signed(answer.Newest, logs), answer.Cosigned.IsEmpty ? null : Signed(answer.Cosigned, logs));
    }

    /// <summary>Fetches the files that a log has and had not when it was smaller. What is in them is not judged here.</summary>
    internal Task LogFilesAsync(TreeSize seen, TreeSize until, AuditFolder folder, CancellationToken cancellationToken)
    {
        var request = new FetchLogFilesRequest { Seen = (ulong)seen.Value, Until = (ulong)until.Value };
        return ReceiveAsync(
            token => _client.FetchLogFiles(request, cancellationToken: token),
            Tiling.NewFiles(seen, until).Select(path => new ExpectedFile(path.ToString(), null)),
            folder,
            null,
            cancellationToken
        );
    }

    /// <summary>Fetches what is disclosed of a study, each file checked against the hash that the log has of it.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="first">The first round.</param>
    /// <param name="last">The last round; below the first for none.</param>
    /// <param name="files">What is to come.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="received">Told of each file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal Task DisclosuresAsync(
        Digest plan,
        uint first,
        uint last,
        IEnumerable<ExpectedFile> files,
        AuditFolder folder,
        Action? received,
        CancellationToken cancellationToken
    )
    {
        var request = new FetchDisclosuresRequest
        {
            PlanHash = ByteString.CopyFrom(plan.ToArray()),
            Round = first,
            LastRound = last,
        };
        return ReceiveAsync(
            token => _client.FetchDisclosures(request, cancellationToken: token),
            files,
            folder,
            received,
            cancellationToken
        );
    }

    /// <summary>Rounds whose masked inputs are kept; asks for those of so many rounds to come to be kept too.</summary>
    /// <exception cref="OperatorException">No answer, or not for this caller.</exception>
    internal Task<KeptInputsResponse> KeepInputsAsync(Digest plan, uint rounds, CancellationToken cancellationToken)
    {
        var request = new KeepInputsRequest { PlanHash = ByteString.CopyFrom(plan.ToArray()), Rounds = rounds };
        return calls.Guard(async () => await _client.KeepInputsAsync(request, cancellationToken: cancellationToken), WhoMayHaveInputs);
    }

    /// <summary>Fetches a round's masked inputs, unless they went meanwhile. What arrived of them is judged by whoever asked.</summary>
    internal async Task TryFetchInputsAsync(
        Digest plan,
        RoundNumber round,
        IEnumerable<ExpectedFile> files,
        AuditFolder folder,
        CancellationToken cancellationToken
    )
    {
        var request = new FetchInputsRequest { PlanHash = ByteString.CopyFrom(plan.ToArray()), Round = round.Value };
        try
        {
            await ReceiveAsync(token => _client.FetchInputs(request, cancellationToken: token), files, folder, null, cancellationToken);
        }
        catch (OperatorException e) when (e.InnerException is RpcException { StatusCode: StatusCode.NotFound })
        {
            // Its next round was committed since: the folder then has none of this one.
        }
    }

    private async Task ReceiveAsync(
        Func<CancellationToken, AsyncServerStreamingCall<AuditMessage>> begin,
        IEnumerable<ExpectedFile> files,
        AuditFolder folder,
        Action? received,
        CancellationToken cancellationToken
    )
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                await ReceiveOnceAsync(begin, files, folder, received, cancellationToken);
                return;
            }
            catch (OperatorException e) when (CoordinatorCalls.IsBusy(e) && tried < Tries)
            {
                await Task.Delay(Pause, cancellationToken); // refused before the first file: nothing was received
            }
        }
    }

    private async Task ReceiveOnceAsync(
        Func<CancellationToken, AsyncServerStreamingCall<AuditMessage>> begin,
        IEnumerable<ExpectedFile> files,
        AuditFolder folder,
        Action? received,
        CancellationToken cancellationToken
    )
    {
        using var call = begin(cancellationToken);
        foreach (var file in files)
        {
            if (
                !await NextAsync()
                || call.ResponseStream.Current.Header is not { } header
                || header.Path != file.Name
                || header.Length > MostBytesOf(file.Name)
            )
            {
                throw Unusable($"{file.Name} did not come where it was expected, or is too large");
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using (var written = folder.Create(file.Name))
            {
                for (var at = 0UL; at < header.Length; )
                {
                    if (
                        !await NextAsync()
                        || call.ResponseStream.Current.Chunk is not { } chunk
                        || chunk.Offset != at
                        || chunk.Data.IsEmpty
                        || (ulong)chunk.Data.Length > header.Length - at
                    )
                    {
                        throw Unusable($"the chunks of {file.Name} do not follow each other");
                    }

                    hash.AppendData(chunk.Data.Span);
                    written.Write(chunk.Data.Span);
                    at += (ulong)chunk.Data.Length;
                }
            }

            if (file.Hash is { } expected && new Digest(hash.GetHashAndReset()) != expected)
            {
                throw Unusable($"{file.Name} is not the file that the log has the hash of, {expected}");
            }

            received?.Invoke();
        }

        if (await NextAsync())
        {
            throw Unusable("more came than was asked for");
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await calls.Guard(() => call.ResponseStream.MoveNext(cancellationToken), WhoMayFetch);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                // Nobody here cancelled: the stream was reset, which says no more than that.
                throw new OperatorException(
                    $"{calls.Authority} broke the transfer off: whoever takes no byte for a minute gives way to others.",
                    "fetch again, over a faster line: what arrived whole is not fetched twice",
                    e.InnerException
                );
            }
        }
    }

    /// <summary>So that nobody fills this disk, or memory, by announcing much: what a file of that name can have.</summary>
    private static ulong MostBytesOf(string name) =>
        (ulong)(
            TilePath.TryParse(name, out var tile)
                ? tile.Width * (tile.IsBundle ? EntryBundle.MostBytes / TilePath.FullWidth : Digest.Length)
            : name.StartsWith("plans/", StringComparison.Ordinal) ? StudyPlan.MaxBytes // certificates and signatures are smaller
            : ModelState.MaxBytes
        );

    /// <summary>The log that this coordinator keeps, once for each key that it has signed it with, by the root's word.</summary>
    private List<LogPolicy> LogsOf(CheckpointsResponse answer)
    {
        if (answer.Credentials.Count is 0 or > MostCredentials)
        {
            throw Unusable($"it shows {answer.Credentials.Count} credentials of its own; 1 to {MostCredentials} are expected");
        }

        using var key = calls.Tls.Root.GetECDsaPublicKey()!; // our own root, which was read at the start
        var logs = new List<LogPolicy>();
        foreach (var file in answer.Credentials)
        {
            if (
                !ProtocolCredential.TryRead(file.Memory, key, out var credential, out var fault)
                || credential.Holder.Role != Role.Coordinator
            )
            {
                throw Unusable($"its own credential does not count: {ForeignText.Clean(fault ?? "it is of no coordinator.")}");
            }

            var origin = KeyNames.Origin(Digest.Of(calls.Tls.Root.RawData), credential.Holder.Name);
            logs.Add(new LogPolicy(origin.Value, credential.LogKey(origin), [], quorum: 0));
        }

        return logs;
    }

    /// <summary>Nothing is fetched on the word of a checkpoint, and nobody accused by it, that the log's key did not sign.</summary>
    private SignedCheckpoint Signed(ByteString note, List<LogPolicy> logs)
    {
        if (!SignedCheckpoint.TryParse(note.Memory, out var checkpoint, out var fault))
        {
            throw Unusable($"its checkpoint is none: {ForeignText.Clean(fault)}");
        }

        return logs.Exists(log => log.TryVerify(checkpoint, out _, out fault))
            ? checkpoint
            : throw Unusable($"no log key of it that the root vouches for signed its checkpoint: {ForeignText.Clean(fault!)}");
    }

    private OperatorException Unusable(string fault) =>
        new(
            $"What {calls.Authority} sends cannot be used: {fault}.",
            "try again; if it stays, the coordinator's data were damaged or it lies: tell the consortium"
        );
}
