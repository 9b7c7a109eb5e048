using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Fixtures;

/// <summary>A consortium of one test, with real certificates in files.</summary>
internal sealed class Consortium : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly ConcurrentDictionary<string, ProtocolFiles> s_protocolFiles = new();

    private readonly ConsortiumAuthority _authority = ConsortiumAuthority.Create("Tests", 30 * Day, TimeProvider.System);
    private readonly TestFolder _folder = new();
    private readonly List<string> _revoked = [];
    private readonly List<PeerIdentity> _members = [];
    private int _issued;
    private int _lists;

    public Consortium()
    {
        RootFile = _folder.Write("root.pem", _authority.RootPem);
        Revoke();
    }

    public string RootFile { get; }

    /// <summary>Protocol keys and credential that were issued with a certificate of any test's consortium.</summary>
    public static ProtocolFiles ProtocolFilesOf(TlsIdentity identity) => s_protocolFiles[identity.Certificate.SerialNumber];

    /// <summary>The same, loaded and checked.</summary>
    public static MemberKeys KeysOf(TlsIdentity identity)
    {
        Assert.IsTrue(PeerIdentity.TryRead(identity.Certificate, out var self, out var fault), fault);
        return MemberKeys.Load(ProtocolFilesOf(identity), self, identity.Root);
    }

    /// <summary>The consortium's revocation list; at first of nobody.</summary>
    public string RevocationsFile => _folder["revocations.json"];

    /// <summary>Writes a new list with these certificates added; the members' credentials go on.</summary>
    public void Revoke(params IEnumerable<TlsIdentity> members)
    {
        _revoked.AddRange(members.Select(member => member.Certificate.SerialNumber));
        WriteList();
    }

    /// <summary>Writes a new list with these members' credentials added; their certificates go on.</summary>
    public void RevokeCredentials(params IEnumerable<PeerIdentity> members)
    {
        _members.AddRange(members);
        WriteList();
    }

    private void WriteList() =>
        PrivateFiles.WriteWhole(
            RevocationsFile,
            _authority.Sign(RevocationList.Kind, new RevocationList(++_lists, _revoked, _members).ToPayload()).ToFile()
        );

    /// <summary>Whatever the root would sign.</summary>
    public byte[] Signed(string kind, byte[] payload) => _authority.Sign(kind, payload).ToFile();

    /// <summary>A member whose certificate was made by a machine whose clock is off.</summary>
    public TlsIdentity IdentityByClock(TimeSpan off, Role role, string name) =>
        TlsIdentity.Load(IssueByClock(off, role, name), TimeProvider.System);

    /// <summary>The files of such a member.</summary>
    public TlsFiles IssueByClock(TimeSpan off, Role role, string name)
    {
        var root = Directory.CreateDirectory(_folder[$"root{++_issued}"]).FullName;
        _authority.Save(root);
        using var authority = ConsortiumAuthority.Load(root, new ShiftedClock(off));
        return Issue(authority, new PeerIdentity(role, SiteName.Parse(name)), [], Day);
    }

    private sealed class ShiftedClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
    }

    /// <summary>The files of a new member. Certificates of a negative validity ended that long ago, within five minutes.</summary>
    public TlsFiles Issue(Role role, string name, TimeSpan? validity = null)
    {
        string[] hosts = role == Role.Coordinator ? ["localhost", "127.0.0.1"] : [];
        return Issue(_authority, new PeerIdentity(role, SiteName.Parse(name)), hosts, validity ?? Day);
    }

    /// <summary>A new member's certificate and key, loaded.</summary>
    public TlsIdentity Identity(Role role, string name, TimeSpan? validity = null) =>
        TlsIdentity.Load(Issue(role, name, validity), TimeProvider.System);

    /// <summary>Certificate and key of a member; protocol keys and credential beside them for those who have such.</summary>
    private TlsFiles Issue(ConsortiumAuthority authority, PeerIdentity identity, string[] hosts, TimeSpan validity)
    {
        var (certificate, key) = authority.Issue(identity, hosts, validity);
        var number = ++_issued;
        var files = new TlsFiles
        {
            Root = RootFile,
            Certificate = _folder.Write($"{number}.pem", certificate),
            Key = _folder[$"{number}.key"],
        };
        PrivateFiles.WriteSecret(files.Key, key);
        if (Roles.HasProtocolKeys(identity.Role))
        {
            authority.IssueProtocolKeys(identity, identity.Name.Value, ProtocolFiles.Beside(files.Certificate));
            using var issued = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
            s_protocolFiles[issued.SerialNumber] = ProtocolFiles.Beside(files.Certificate);
        }

        return files;
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }
}
