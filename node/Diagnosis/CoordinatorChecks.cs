using System.Security.Cryptography;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Hosting;
using Federated.Node.Sessions;
using Federated.V1;
using Grpc.Core;

namespace Federated.Node.Diagnosis;

/// <summary>The way to the coordinator, step by step, and what it says.</summary>
internal sealed class CoordinatorChecks(NodeSetup setup, IdentityChecks identity, RunningDaemon daemon, TimeProvider time)
{
    private const string OpenFirewall =
        "check that the coordinator runs there, and open that one outbound TCP port in the firewall (docs/firewall.md)";

    private readonly Uri _address = new(setup.Options.Coordinator);

    internal async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var (addresses, fault) = await CoordinatorProbe.ResolveAsync(_address, cancellationToken).ConfigureAwait(false);
        findings.Add(
            fault is null
                ? Finding.Ok("name", $"{_address.Host} is {string.Join(", ", addresses)}")
                : Finding.Fail("name", fault, "check node.coordinator and this machine's DNS (resolvectl query NAME)")
        );
        if (fault is not null)
        {
            return findings;
        }

        fault = await CoordinatorProbe.ConnectAsync(_address, cancellationToken).ConfigureAwait(false);
        findings.Add(fault is null ? Finding.Ok("port", $"TCP port {_address.Port} is open") : Finding.Fail("port", fault, OpenFirewall));
        if (fault is not null || identity.Tls is not { } tls || identity.Self is not { } self)
        {
            return findings;
        }

        findings.Add(await HandshakeAsync(tls, cancellationToken).ConfigureAwait(false));
        if (findings[^1].Severity == Severity.Ok)
        {
            findings.AddRange(await SessionAsync(tls, self, cancellationToken).ConfigureAwait(false));
        }

        return findings;
    }

    private async Task<Finding> HandshakeAsync(TlsIdentity tls, CancellationToken cancellationToken)
    {
        try
        {
            return await CoordinatorProbe.HandshakeAsync(_address, tls, cancellationToken).ConfigureAwait(false) is { } fault
                ? Finding.Fail(
                    "TLS",
                    fault,
                    "the line above says which side must act; a proxy that inspects TLS shows here too (docs/firewall.md)"
                )
                : Finding.Ok("TLS", "1.3, and the coordinator's certificate is one of the consortium");
        }
        catch (OperatorException e)
        {
            return Finding.Fail("TLS", e.Message, e.Hint ?? "check node.tls");
        }
    }

    private async Task<IReadOnlyList<Finding>> SessionAsync(TlsIdentity tls, PeerIdentity self, CancellationToken cancellationToken)
    {
        if (daemon.Report is { ConnectedSince: { } since } report && daemon.Process is { } process)
        {
            return
            [
                Finding.Ok("session", $"the daemon (process {process}) is connected since {since}"),
                Clock(report.ClockAheadSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
            ];
        }

        using var channel = new CoordinatorChannel(_address, tls);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        try
        {
            var welcome = await GreetAsync(channel, Credential(), limit.Token).ConfigureAwait(false);
            return welcome.Site == self.Name.Value
                ?
                [
                    Finding.Ok("session", $"the coordinator welcomes this site as '{welcome.Site}'"),
                    Clock(SessionLoop.ClockAhead(welcome, time)),
                ]
                :
                [
                    Finding.Fail(
                        "session",
                        $"the coordinator calls this site '{welcome.Site}'; its certificate says '{self.Name}'",
                        "do not trust this coordinator; report it to the consortium"
                    ),
                ];
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            return
            [
                Finding.Fail(
                    "session",
                    $"another process is connected as '{self.Name}', and it is not this machine's daemon",
                    "stop the other one (an old machine, a copy of this one?); if nobody of your hospital runs it, have the certificate revoked at once"
                ),
            ];
        }
        catch (RpcException e)
        {
            var detail = channel.TakeRefusal() ?? $"{e.StatusCode}: {e.Status.Detail}";
            return
            [
                Finding.Fail(
                    "session",
                    $"the coordinator does not take this node: {detail}",
                    "do what the line above says; then run doctor again"
                ),
            ];
        }
    }

    /// <summary>The root's word on this site, which a greeting shows.</summary>
    private byte[] Credential() => TextFiles.ReadBytes(setup.ProtocolFiles.Credential);

    /// <summary>Says hello as a process of its own, and leaves at once: a session that the daemon holds is not touched.</summary>
    private static async Task<Welcome> GreetAsync(CoordinatorChannel channel, byte[] credential, CancellationToken cancellationToken)
    {
        using var call = channel.Client.Session(cancellationToken: cancellationToken);
        var hello = new NodeMessage { Hello = SessionLoop.Greeting(RandomNumberGenerator.GetBytes(16), credential, logSize: 0) };
        try
        {
            await call.RequestStream.WriteAsync(hello, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // How the client says that the call has ended; its status, read below, says why.
        }

        var answered = await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false);
        return answered && call.ResponseStream.Current.Welcome is { } welcome
            ? welcome
            : throw new RpcException(new Status(StatusCode.Internal, "it did not answer with Welcome."));
    }

    private Finding Clock(TimeSpan? ahead)
    {
        if (ahead is not { } difference)
        {
            return Finding.Warn("clock", "the coordinator did not tell its time", "ask its operator for the current release");
        }

        var now = time.GetUtcNow();
        var both = $"this machine's clock says {Timestamps.ToText(now)}, the coordinator's {Timestamps.ToText(now - difference)}";
        return difference.Duration() > SessionLoop.MostClockDifference
            ? Finding.Fail("clock", both, "set the one that is wrong: timedatectl set-ntp true, and let NTP (UDP 123) through the firewall")
            : Finding.Ok("clock", both);
    }
}
