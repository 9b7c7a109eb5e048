using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Hosting;

namespace Federated.Node.Diagnosis;

/// <summary>Key, certificate and revocation list of this site.</summary>
internal sealed class IdentityChecks(NodeSetup setup, TimeProvider time)
{
    /// <summary>Time to renew a certificate: people are on leave, and forms take weeks.</summary>
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(30);

    private const string Renew =
        "ask the consortium for a new one: fed pki request site NAME --renew, then fed pki sign (docs/hospital-it.md)";

    /// <summary>The identity; null where it could not be loaded. The caller disposes of it.</summary>
    internal TlsIdentity? Tls { get; private set; }

    /// <summary>Who this node is; null where that is not known.</summary>
    internal PeerIdentity? Self { get; private set; }

    internal IEnumerable<Finding> Examine()
    {
        var files = setup.TlsFiles;
        yield return Doctor.Guard(
            "key",
            "check node.tls.key",
            () =>
            {
                PrivateFiles.RequirePrivate(files.Key);
                return Finding.Ok("key", $"{files.Key}, mode 0600");
            }
        );
        yield return Doctor.Guard("certificate", "check node.tls", Certificate);
        if (Tls is { } tls && Self is { } self)
        {
            yield return Doctor.Guard("protocol keys", "check node.protocol", () => ProtocolKeys(tls, self));
        }

        if (Tls is not null)
        {
            yield return Doctor.Guard("revocations", "fetch the list again from the consortium", () => RevocationList(files.Revocations));
        }
    }

    private Finding Certificate()
    {
        Tls = TlsIdentity.Load(setup.TlsFiles with { Revocations = null }, time);
        Self = setup.Self(Tls);
        var until = new DateTimeOffset(Tls.Certificate.NotAfter);
        if (Tls.OwnFault() is { } fault)
        {
            return Finding.Fail("certificate", fault, $"set this machine's clock if it is wrong (timedatectl set-ntp true), or {Renew}");
        }

        var text = $"site '{Self.Name}', valid until {Timestamps.ToText(until)}";
        return until - time.GetUtcNow() < RenewalTime
            ? Finding.Warn("certificate", $"{text}: less than {RenewalTime.TotalDays:0} days", Renew)
            : Finding.Ok("certificate", text);
    }

    private Finding ProtocolKeys(TlsIdentity tls, PeerIdentity self)
    {
        using var keys = setup.LoadKeys(tls, self);
        return Finding.Ok("protocol keys", $"{setup.ProtocolFiles.Key}, as the consortium's credential says");
    }

    private Finding RevocationList(string? path)
    {
        if (path is null)
        {
            return Finding.Warn(
                "revocations",
                "no list is configured: this node would talk to members whose certificates were revoked",
                "set node.tls.revocations to the consortium's list; it may change without a restart"
            );
        }

        var (number, serials, members) = Revocations.Read(path, Tls!.Root);
        var own = Tls.Certificate.SerialNumber;
        Tls.Dispose();
        Tls = TlsIdentity.Load(setup.TlsFiles, time); // with the list, now that it reads: the coordinator may be on it
        if (Self is { } self && members.Contains(self))
        {
            return Finding.Fail(
                "revocations",
                $"site '{self.Name}' itself was revoked: its credentials no longer count",
                "ask the consortium why; a site that comes back has another name"
            );
        }

        return serials.Contains(own, StringComparer.OrdinalIgnoreCase)
            ? Finding.Fail("revocations", $"this node's own certificate (serial {own}) was revoked", Renew)
            : Finding.Ok("revocations", $"list number {number}, {serials.Count} certificates, signed by the consortium");
    }
}
