using Federated.Federation;
using Federated.Hosting;

namespace Federated.Fixtures;

/// <summary>A consortium of one test, with real certificates in files.</summary>
internal sealed class Consortium : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ConsortiumAuthority _authority = ConsortiumAuthority.Create("Tests", Day, TimeProvider.System);
    private readonly TestFolder _folder = new();
    private int _issued;

    public Consortium() => RootFile = _folder.Write("root.pem", _authority.RootPem);

    public string RootFile { get; }

    /// <summary>The files of a new member. Certificates of a negative validity ended that long ago, within five minutes.</summary>
    public TlsFiles Issue(Role role, string name, TimeSpan? validity = null)
    {
        string[] hosts = role == Role.Coordinator ? ["localhost", "127.0.0.1"] : [];
        var (certificate, key) = _authority.Issue(new PeerIdentity(role, SiteName.Parse(name)), hosts, validity ?? Day);
        var number = ++_issued;
        var keyFile = _folder[$"{number}.key"];
        PrivateFiles.WriteSecret(keyFile, key);
        return new TlsFiles
        {
            Root = RootFile,
            Certificate = _folder.Write($"{number}.pem", certificate),
            Key = keyFile,
        };
    }

    /// <summary>A new member's certificate and key, loaded.</summary>
    public TlsIdentity Identity(Role role, string name, TimeSpan? validity = null) =>
        TlsIdentity.Load(Issue(role, name, validity), TimeProvider.System);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }
}
