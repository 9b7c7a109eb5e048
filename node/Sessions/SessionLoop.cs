using System.Security.Authentication;
using System.Security.Cryptography;
using System.Threading.Channels;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Hosting;
using Federated.Node.Log;
using Federated.Node.Plans;
using Federated.Node.Studies;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Federated.Node.Sessions;

/// <summary>Keeps a session with the coordinator, for ever: connect, greet, follow; after any break, wait and connect again.</summary>
internal sealed class SessionLoop(
    PeerIdentity self,
    CoordinatorChannel coordinator,
    CoordinatorIdentity identity,
    Participations participations,
    SiteLog auditLog,
    MemberKeys keys,
    Outgoing outgoing,
    OperatorDesk desk,
    NodeStatus status,
    NodeLog log,
    TimeProvider time,
    FatalFault fault,
    IHostApplicationLifetime lifetime
) : BackgroundService
{
    private const uint ProtocolVersion = 3;

    /// <summary>Clocks that differ by more than this make certificates and logs hard to trust.</summary>
    internal static readonly TimeSpan MostClockDifference = TimeSpan.FromMinutes(5);

    /// <summary>A coordinator that is revoked, or whose certificate runs out, loses its session within this time.</summary>
    private static readonly TimeSpan PeerCheck = TimeSpan.FromSeconds(5);

    /// <summary>Tells this process from another one with the same certificate.</summary>
    private readonly byte[] _instance = RandomNumberGenerator.GetBytes(16);

    private long? _greetedAt; // in this session; null before its Welcome

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var reason = await FollowAsync(stoppingToken).ConfigureAwait(false);
                if (_greetedAt is { } greeted)
                {
                    backoff.ResetAfter(time.GetElapsedTime(greeted));
                }

                status.Disconnected(reason);
                var delay = backoff.Next();
                log.Disconnected(coordinator.Address.ToString(), reason, delay);
                await Task.Delay(delay, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (stoppingToken.IsCancellationRequested && e is (OperationCanceledException or RpcException or IOException))
        {
            // The host is stopping: whichever call was under way ended in its own way.
        }
        catch (OperatorException e)
        {
            fault.Stop(e);
        }
        catch (Exception e)
        {
            log.LoopFailed(e);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
        finally
        {
            status.Disconnected(reason: null);
            await participations.EndAsync().ConfigureAwait(false); // and the work beside the session with them
        }
    }

    /// <summary>One session, from greeting to break.</summary>
    /// <returns>Why it ended.</returns>
    private async Task<string> FollowAsync(CancellationToken cancellationToken)
    {
        _greetedAt = null;
        participations.NewSession();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = coordinator.Client.Session(cancellationToken: over.Token);
        var watch = WatchPeerAsync(over);
        var writing = Task.CompletedTask;
        try
        {
            await SayAsync(call, new NodeMessage { Hello = Greeting(_instance, keys.CredentialFile, auditLog.Size) }, over.Token)
                .ConfigureAwait(false);
            writing = WriteAsync(call, outgoing.Begin(), over);
            await ConverseAsync(call, over.Token).ConfigureAwait(false);
            return "the coordinator ended the session.";
        }
        catch (Exception e)
            when (e is RpcException or OperationCanceledException or AuthenticationException && !cancellationToken.IsCancellationRequested)
        {
            var refusal = coordinator.CloseIfRefused() ?? coordinator.TakeRefusal();
            return refusal is not null ? $"the coordinator's certificate was refused: {refusal}"
                : e is RpcException broken ? ForeignText.Clean($"{broken.StatusCode}: {broken.Status.Detail}")
                : e.Message;
        }
        finally
        {
            outgoing.End();
            await over.CancelAsync().ConfigureAwait(false); // whoever still waits for the operator waits for the next session
            await watch.ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    /// <summary>The one writer of the session's stream: says what anybody has to say, in order.</summary>
    private static async Task WriteAsync(
        AsyncDuplexStreamingCall<NodeMessage, CoordinatorMessage> call,
        ChannelReader<NodeMessage> said,
        CancellationTokenSource session
    )
    {
        try
        {
            await foreach (var message in said.ReadAllAsync(session.Token).ConfigureAwait(false))
            {
                await SayAsync(call, message, session.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            await session.CancelAsync().ConfigureAwait(false); // whoever reads finds the call's end, which says why
        }
    }

    /// <summary>Ends the session once the coordinator's certificate does not count any more.</summary>
    private async Task WatchPeerAsync(CancellationTokenSource session)
    {
        try
        {
            using var timer = new PeriodicTimer(PeerCheck, time);
            while (await timer.WaitForNextTickAsync(session.Token).ConfigureAwait(false))
            {
                if (coordinator.PeerRefusal() is not null)
                {
                    await session.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (session.IsCancellationRequested)
        {
            // The session is over.
        }
    }

    /// <summary>
    /// Handles what the coordinator says and what the operator decides, one after the other. Training and releases run beside it.
    /// </summary>
    private async Task ConverseAsync(AsyncDuplexStreamingCall<NodeMessage, CoordinatorMessage> call, CancellationToken cancellationToken)
    {
        var stream = call.ResponseStream;
        var said = stream.MoveNext(cancellationToken);
        var decided = desk.ChangedAsync(cancellationToken);
        while (true)
        {
            await Task.WhenAny(said, decided).ConfigureAwait(false);
            if (decided.IsCompleted)
            {
                await decided.ConfigureAwait(false);
                await participations.ReconsiderAsync().ConfigureAwait(false);
                decided = desk.ChangedAsync(cancellationToken);
                continue;
            }

            if (!await said.ConfigureAwait(false))
            {
                return;
            }

            await HearAsync(stream.Current, cancellationToken).ConfigureAwait(false);
            said = stream.MoveNext(cancellationToken);
        }
    }

    private Task HearAsync(CoordinatorMessage message, CancellationToken cancellationToken)
    {
        if (message.KindCase == CoordinatorMessage.KindOneofCase.Welcome)
        {
            Greeted(message.Welcome);
            return Task.CompletedTask;
        }

        return _greetedAt is null
            ? throw new RpcException(new Status(StatusCode.Internal, $"the coordinator sent a {message.KindCase} before its Welcome."))
            : participations.HandleAsync(message, cancellationToken);
    }

    /// <summary>The first message of a session.</summary>
    /// <param name="instance">Which process speaks.</param>
    /// <param name="credential">The root's word on this site's keys.</param>
    /// <param name="logSize">Entries of the log that this site vouched for last.</param>
    internal static Hello Greeting(ReadOnlySpan<byte> instance, ReadOnlyMemory<byte> credential, long logSize) =>
        new()
        {
            ProtocolVersion = ProtocolVersion,
            SoftwareVersion = typeof(SessionLoop).Assembly.GetName().Version!.ToString(3),
            InstanceId = ByteString.CopyFrom(instance),
            Credential = ByteString.CopyFrom(credential.Span),
            LogSeen = (ulong)logSize,
        };

    private static async Task SayAsync(
        AsyncDuplexStreamingCall<NodeMessage, CoordinatorMessage> call,
        NodeMessage message,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await call.RequestStream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // How the client says that the call, or the connection under it, ended meanwhile.
            throw new RpcException(new Status(StatusCode.Unavailable, $"the session ended: {e.Message}"));
        }
    }

    private void Greeted(Welcome welcome)
    {
        if (welcome.ProtocolVersion != ProtocolVersion)
        {
            throw new RpcException(
                new Status(StatusCode.Internal, $"the coordinator speaks protocol {welcome.ProtocolVersion}, this node {ProtocolVersion}.")
            );
        }

        if (welcome.Site != self.Name.Value)
        {
            throw new RpcException(
                new Status(StatusCode.Internal, $"the coordinator calls this site '{welcome.Site}'; its certificate says '{self.Name}'.")
            );
        }

        if (identity.Accept(welcome.Credential.Memory) is { } fault)
        {
            throw new RpcException(
                new Status(StatusCode.Unauthenticated, $"the coordinator's protocol identity does not count: {ForeignText.Clean(fault)}")
            );
        }

        auditLog.Begin();
        _greetedAt = time.GetTimestamp();
        var ahead = ClockAhead(welcome, time);
        status.Connected(ahead);
        log.Connected(coordinator.Address.ToString(), welcome.Site);
        if (ahead is { } difference && difference.Duration() > MostClockDifference)
        {
            var here = time.GetUtcNow();
            log.ClocksDiffer(Timestamps.ToText(here), Timestamps.ToText(here - difference));
        }
    }

    /// <summary>This machine's clock minus the coordinator's, which is late by the way of one message; null where its clock shows no time of ours.</summary>
    internal static TimeSpan? ClockAhead(Welcome welcome, TimeProvider time) =>
        welcome.TimeUnixMs > 0 && welcome.TimeUnixMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(welcome.TimeUnixMs)
            : null;
}
