using System.Text;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Demo;

/// <summary>The files of a demonstration: certificates, configurations, logs, model.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const int MostRoundsKept = 100_000;

    private static readonly TimeSpan CertificateValidity = TimeSpan.FromDays(1);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly bool _isTemporary;

    private DemoFolder(string path, bool isTemporary)
    {
        _isTemporary = isTemporary;
        Root = Path.GetFullPath(path);
        foreach (var folder in new[] { Root, Pki, Logs, CoordinatorFolder })
        {
            Make(folder);
        }
    }

    /// <summary>A folder whose every file stays.</summary>
    /// <exception cref="OperatorException">It holds something already: hospitals and figures of two demonstrations would mix. Or it cannot be made.</exception>
    internal static DemoFolder Kept(string path)
    {
        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new OperatorException($"{path} is not empty; nothing was changed.", "choose a new or an empty folder for --keep");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotMade(path, e);
        }

        return new DemoFolder(path, isTemporary: false);
    }

    /// <summary>A new folder among the temporary files, of which only model and logs stay.</summary>
    /// <exception cref="OperatorException">It cannot be made.</exception>
    internal static DemoFolder Temporary()
    {
        try
        {
            return new DemoFolder(Directory.CreateTempSubdirectory("fed-demo-").FullName, isTemporary: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotMade($"A folder in {Path.GetTempPath()}", e);
        }
    }

    internal string Root { get; }

    internal string Logs => Path.Combine(Root, "logs");

    internal string ModelFile => Path.Combine(Root, "model.safetensors");

    internal string SnapshotFile => Path.Combine(Root, "model.snapshot");

    internal string AddressFile => Path.Combine(CoordinatorFolder, "address");

    internal string CoordinatorConfig => Path.Combine(CoordinatorFolder, "coordinator.json");

    internal TlsFiles ResearcherTls => Tls("researcher");

    internal TlsFiles AuditorTls => Tls("auditor");

    private string Pki => Path.Combine(Root, "pki");

    private string CoordinatorFolder => Path.Combine(Root, "coordinator");

    private string NodesFolder => Path.Combine(Root, "nodes");

    internal string NodeFolder(SiteName site) => Path.Combine(NodesFolder, site.Value);

    internal string NodeConfig(SiteName site) => Path.Combine(NodeFolder(site), "node.json");

    internal string DataFolder => Path.Combine(Root, "data");

    /// <summary>Under which name every hospital registers its patients.</summary>
    internal const string DataSet = "demonstration";

    /// <summary>The privacy ledger of a site's patients.</summary>
    internal string NodeLedger(SiteName site) => Path.Combine(NodeFolder(site), "state", "ledger", $"{DataSet}.jsonl");

    /// <summary>What the node of that site wrote about itself.</summary>
    internal string NodeMetrics(SiteName site) => Path.Combine(NodeFolder(site), "state", "metrics.jsonl");

    /// <summary>The audit log as an auditor fetched it; null where nothing is kept.</summary>
    internal string? LogFolder => _isTemporary ? null : Path.Combine(Root, "log");

    /// <summary>What a site gives to an auditor: its journal, and the ledger of its patients if it keeps one.</summary>
    /// <remarks>Copies, as a site would hand them over. "site-" comes first, since a hospital may be called 'log' or 'data'.</remarks>
    internal void GiveToAuditor(SiteName site)
    {
        var given = Path.Combine(Root, $"site-{site}");
        Make(given);
        try
        {
            File.Copy(Path.Combine(NodeFolder(site), "state", "journal.jsonl"), Path.Combine(given, "journal"));
            if (File.Exists(NodeLedger(site)))
            {
                File.Copy(NodeLedger(site), Path.Combine(given, "ledger"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{given} cannot be written: {e.Message}", "free space on that disk", e);
        }
    }

    /// <summary>Makes throw-away certificates: one for everybody, valid for a day, the root's key kept in memory only.</summary>
    internal void WriteCertificates(IEnumerable<SiteName> sites)
    {
        using var authority = ConsortiumAuthority.Create("Demonstration", CertificateValidity, TimeProvider.System);
        PrivateFiles.WriteWhole(Path.Combine(Pki, "root.pem"), Encoding.UTF8.GetBytes(authority.RootPem));
        Issue(authority, new PeerIdentity(Role.Coordinator, SiteName.Parse("coordinator")), "coordinator", ["localhost", "127.0.0.1"]);
        Issue(authority, new PeerIdentity(Role.Researcher, SiteName.Parse("researcher")), "researcher", []);
        Issue(authority, new PeerIdentity(Role.Auditor, SiteName.Parse("auditor")), "auditor", []);
        foreach (var site in sites)
        {
            Issue(authority, new PeerIdentity(Role.Site, site), $"site-{site}", []);
        }
    }

    internal void WriteCoordinatorConfig(int port) =>
        WriteJson(
            CoordinatorConfig,
            new
            {
                coordinator = new
                {
                    address = "127.0.0.1",
                    port,
                    addressFile = AddressFile,
                    state = Path.Combine(CoordinatorFolder, "state"),
                    inputs = new { rounds = _isTemporary ? 1 : MostRoundsKept }, // what is kept is audited: every sum
                    tls = TlsJson("coordinator"),
                },
            }
        );

    /// <param name="site">Whose.</param>
    /// <param name="coordinator">Its address.</param>
    /// <param name="device">Where it trains.</param>
    /// <param name="saysPhases">The node's log names every phase of every attempt.</param>
    /// <param name="isPrivate">The node keeps a privacy ledger, and takes no plan without a promise.</param>
    internal void WriteNodeConfig(DemoSite site, string coordinator, string device, bool saysPhases, bool isPrivate)
    {
        Make(NodeFolder(site.Name));
        WriteJson(
            NodeConfig(site.Name),
            new
            {
                node = new
                {
                    coordinator,
                    tls = TlsJson($"site-{site.Name}"),
                    data = new { file = site.File, mapping = site.Mapping },
                    state = Path.Combine(NodeFolder(site.Name), "state"),
                    approval = "automatic",
                    withoutPrivacy = isPrivate ? "refuse" : "allow",
                    dataSet = isPrivate ? DataSet : "",
                    ledger = new { anchor = isPrivate ? Path.Combine(NodeFolder(site.Name), "ledger.anchor") : "" },
                    device,
                },
                logging = new { logLevel = saysPhases ? new Dictionary<string, string> { ["Federated.Node"] = "Debug" } : [] },
            }
        );
    }

    /// <summary>Removes a temporary folder's keys, once no process needs them.</summary>
    internal void DropKeys()
    {
        if (_isTemporary && Directory.Exists(Pki))
        {
            Directory.Delete(Pki, recursive: true);
        }
    }

    /// <summary>Removes from a temporary folder all but model and logs: keys first of all.</summary>
    public void Dispose()
    {
        if (!_isTemporary)
        {
            return;
        }

        DropKeys();
        foreach (var folder in new[] { CoordinatorFolder, NodesFolder, DataFolder }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        if (!File.Exists(ModelFile) && Directory.GetFiles(Logs).Length == 0)
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private void Issue(ConsortiumAuthority authority, PeerIdentity identity, string file, IReadOnlyList<string> hosts)
    {
        var (certificate, key) = authority.Issue(identity, hosts, CertificateValidity);
        var tls = Tls(file);
        PrivateFiles.WriteWhole(tls.Certificate, Encoding.UTF8.GetBytes(certificate));
        PrivateFiles.WriteSecret(tls.Key, key);
        if (Roles.HasProtocolKeys(identity.Role))
        {
            authority.IssueProtocolKeys(identity, identity.Name.Value, ProtocolFiles.Beside(tls.Certificate));
        }
    }

    private TlsFiles Tls(string file) =>
        new()
        {
            Root = Path.Combine(Pki, "root.pem"),
            Certificate = Path.Combine(Pki, $"{file}.pem"),
            Key = Path.Combine(Pki, $"{file}.key"),
        };

    private object TlsJson(string file)
    {
        var tls = Tls(file);
        return new
        {
            root = tls.Root,
            certificate = tls.Certificate,
            key = tls.Key,
        };
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotMade(folder, e);
        }
    }

    private static OperatorException NotMade(string folder, Exception e) =>
        new($"{folder} cannot be made: {e.Message}", "choose another folder with --keep", e);

    private static void WriteJson(string path, object value) =>
        PrivateFiles.WriteWhole(path, JsonSerializer.SerializeToUtf8Bytes(value, Indented));
}
