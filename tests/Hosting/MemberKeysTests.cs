using Federated.Federation;
using Federated.Fixtures;
using Federated.Identity;

namespace Federated.Hosting.Tests;

/// <summary>Protocol keys as a daemon finds them at start; each refusal is read as an operator would.</summary>
[TestClass]
public sealed class MemberKeysTests : IDisposable
{
    private static readonly PeerIdentity Alpha = new(Role.Site, SiteName.Parse("alpha"));

    private readonly Consortium _consortium = new();

    public void Dispose() => _consortium.Dispose();

    [TestMethod]
    public void Keys_that_the_root_vouches_for_are_loaded()
    {
        var tls = _consortium.Issue(Role.Site, "alpha");

        using var keys = Load(tls, ProtocolFiles.Beside(tls.Certificate));

        Assert.AreEqual(keys.Credential.Keys, keys.Private.Public);
        Assert.AreEqual(Alpha, keys.Credential.Holder);
    }

    [TestMethod]
    public void Files_that_are_not_configured_lie_beside_the_certificate()
    {
        var tls = new TlsFiles
        {
            Root = "/etc/federated/root.pem",
            Certificate = "/etc/federated/lille.pem",
            Key = "/etc/federated/lille.key",
        };

        Assert.AreEqual(
            new ProtocolFiles("/etc/federated/lille.protocol.key", "/etc/federated/lille.credential.json"),
            new ProtocolOptions().In("/anywhere", tls)
        );
        Assert.AreEqual(
            new ProtocolFiles("/opt/keys/k", "/etc/federated/lille.credential.json"),
            new ProtocolOptions { Key = "keys/k" }.In("/opt", tls)
        );
    }

    [TestMethod]
    [DataRow("no keys", "Protocol key file {0} does not exist.", "set protocol.key to where it is")]
    [DataRow("no credential", "Credential {1} does not exist.", "set protocol.credential to where it is")]
    [DataRow("readable keys", "Private key file {0} is open to other users of this machine.", "run: chmod 600 {0}")]
    [DataRow("no key file", "{0} is no federated-protocol-keys/1 file.", "restore it from backup")]
    [DataRow("no credential file", "Credential {1} cannot be used:", "fetch it again from the consortium")]
    [DataRow("an earlier credential", "Credential {1} cannot be used: it is of an earlier release", "fetch it again from the consortium")]
    [DataRow(
        "keys of another site",
        "Protocol keys {0} are not those of credential {1}.",
        "put the two files of 'alpha' there that belong together"
    )]
    [DataRow("another site", "Credential {1} is that of site 'beta'; the certificate is that of site 'alpha'.", "of one member")]
    [DataRow("another role", "Credential {1} is that of coordinator 'alpha'; the certificate is that of site 'alpha'.", "of one member")]
    [DataRow("another consortium", "Credential {1} cannot be used: it was not signed by this consortium's root.", "fetch it again")]
    public void Keys_that_are_not_this_members_are_refused(string fault, string message, string hint)
    {
        var tls = _consortium.Issue(Role.Site, "alpha");
        using var elsewhere = new Consortium();
        var files = ProtocolFiles.Beside(tls.Certificate);
        var beta = ProtocolFiles.Beside(_consortium.Issue(Role.Site, "beta").Certificate);
        files = fault switch
        {
            "keys of another site" => files with { Key = beta.Key },
            "another site" => beta,
            "another role" => ProtocolFiles.Beside(_consortium.Issue(Role.Coordinator, "alpha").Certificate),
            "another consortium" => ProtocolFiles.Beside(elsewhere.Issue(Role.Site, "alpha").Certificate),
            _ => files,
        };
        Action damage = fault switch
        {
            "no keys" => () => File.Delete(files.Key),
            "no credential" => () => File.Delete(files.Credential),
            "readable keys" => () => File.SetUnixFileMode(files.Key, UnixFileMode.UserRead | UnixFileMode.GroupRead),
            "no key file" => () => PrivateFiles.WriteSecret(files.Key, "x"),
            "no credential file" => () => File.WriteAllText(files.Credential, "x"),
            "an earlier credential" => () =>
                File.WriteAllBytes(files.Credential, _consortium.Signed("federated-credential/1", "{}"u8.ToArray())),
            _ => () => { },
        };
        damage();

        var refusal = Assert.ThrowsExactly<OperatorException>(() => Load(tls, files).Dispose());

        Assert.StartsWith(message.Replace("{0}", files.Key).Replace("{1}", files.Credential), refusal.Message);
        Assert.Contains(hint.Replace("{0}", files.Key), refusal.Hint!);
    }

    private static MemberKeys Load(TlsFiles tls, ProtocolFiles files)
    {
        using var identity = TlsIdentity.Load(tls, TimeProvider.System);
        return MemberKeys.Load(files, Alpha, identity.Root);
    }
}
