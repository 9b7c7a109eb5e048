using System.Security.Cryptography;
using Federated.Hosting;
using Federated.Node.Hosting;
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
    Participations participations,
    NodeStatus status,
    NodeLog log,
    TimeProvider time,
    FatalFault fault,
    IHostApplicationLifetime lifetime
) : BackgroundService
{
    private const uint ProtocolVersion = 1;

    /// <summary>Tells this process from another one with the same certificate.</summary>
    private readonly byte[] _instance = RandomNumberGenerator.GetBytes(16);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var reason = await FollowAsync(backoff, stoppingToken).ConfigureAwait(false);
                status.Disconnected();
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
    }

    /// <summary>One session, from greeting to break.</summary>
    /// <returns>Why it ended.</returns>
    private async Task<string> FollowAsync(Backoff backoff, CancellationToken cancellationToken)
    {
        using var call = coordinator.Client.Session(cancellationToken: cancellationToken);
        try
        {
            var hello = new Hello
            {
                ProtocolVersion = ProtocolVersion,
                SoftwareVersion = typeof(SessionLoop).Assembly.GetName().Version!.ToString(3),
                InstanceId = ByteString.CopyFrom(_instance),
            };
            await SayAsync(call, new NodeMessage { Hello = hello }, cancellationToken).ConfigureAwait(false);
            var greeted = false;
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (message.KindCase == CoordinatorMessage.KindOneofCase.Welcome)
                {
                    Greeted(message.Welcome, backoff);
                    greeted = true;
                    continue;
                }

                if (!greeted)
                {
                    throw new RpcException(
                        new Status(StatusCode.Internal, $"the coordinator sent a {message.KindCase} before its Welcome.")
                    );
                }

                await participations
                    .HandleAsync(message, answer => SayAsync(call, answer, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
            }

            return "the coordinator ended the session.";
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return coordinator.TakeRefusal() is { } refusal
                ? $"the coordinator's certificate was refused: {refusal}"
                : $"{e.StatusCode}: {e.Status.Detail}";
        }
    }

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
        catch (InvalidOperationException e)
        {
            // How the client says that the call ended meanwhile.
            throw new RpcException(new Status(StatusCode.Unavailable, $"the session ended: {e.Message}"));
        }
    }

    private void Greeted(Welcome welcome, Backoff backoff)
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

        backoff.Reset();
        status.Connected();
        log.Connected(coordinator.Address.ToString(), welcome.Site);
    }
}
