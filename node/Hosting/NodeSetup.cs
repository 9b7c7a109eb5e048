using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Data;
using Federated.Node.Journal;
using Federated.Node.Ledger;
using Federated.Node.Policy;
using Federated.Privacy.Ledger;
using Microsoft.Extensions.Configuration;

namespace Federated.Node.Hosting;

/// <summary>A node's configuration, checked whole, and what it points to. The daemon and the operator's commands read it alike.</summary>
internal sealed class NodeSetup
{
    private readonly string _folder;

    private NodeSetup(string file, IConfigurationRoot configuration)
    {
        Configuration = configuration;
        Options = StrictConfiguration.Bind<NodeOptions>(configuration, "node", file);
        Telemetry = StrictConfiguration.Bind<TelemetryOptions>(configuration, "telemetry", file);
        StrictConfiguration.Bind<LoggingOptions>(configuration, "logging", file);
        _folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        State = new StateFolder(Path.GetFullPath(Options.State, _folder));
    }

    internal IConfigurationRoot Configuration { get; }

    internal NodeOptions Options { get; }

    internal TelemetryOptions Telemetry { get; }

    internal StateFolder State { get; }

    /// <summary>Files of the TLS identity, absolute.</summary>
    internal TlsFiles TlsFiles => Options.Tls.In(_folder);

    /// <summary>Reads a configuration file and what overrides it.</summary>
    /// <exception cref="OperatorException">With all faults.</exception>
    internal static NodeSetup Read(string file, IReadOnlyList<string> arguments)
    {
        var configuration = StrictConfiguration.Read(file, arguments);
        var unknown = StrictConfiguration.UnknownSections(configuration, "node", "telemetry", "logging").ToList();
        return unknown.Count == 0
            ? new NodeSetup(file, configuration)
            : throw new OperatorException($"Configuration file {file} is wrong:\n  {string.Join("\n  ", unknown)}");
    }

    /// <summary>Loads certificate, key and root.</summary>
    /// <exception cref="OperatorException">One of them cannot be used.</exception>
    internal TlsIdentity LoadTls(TimeProvider time) => TlsIdentity.Load(TlsFiles, time);

    /// <summary>Who this node is, by its certificate.</summary>
    /// <exception cref="OperatorException">It is no site's.</exception>
    internal PeerIdentity Self(TlsIdentity tls)
    {
        var certificate = Options.Tls.Certificate;
        if (!PeerIdentity.TryRead(tls.Certificate, out var self, out var fault))
        {
            throw new OperatorException($"Certificate {certificate} is no identity of a consortium: {fault}");
        }

        return self.Role == Role.Site
            ? self
            : throw new OperatorException($"Certificate {certificate} is that of a {self.Role}; a node needs a site's.");
    }

    /// <summary>Files of the protocol keys, absolute.</summary>
    internal ProtocolFiles ProtocolFiles => Options.Protocol.In(_folder, TlsFiles);

    /// <summary>Loads the site's protocol keys and compares them with what the consortium vouches for.</summary>
    /// <exception cref="OperatorException">They cannot be used, or are another member's.</exception>
    internal MemberKeys LoadKeys(TlsIdentity tls, PeerIdentity self) => MemberKeys.Load(ProtocolFiles, self, tls.Root);

    /// <summary>The data set that is named, or null.</summary>
    internal DataSetName? DataSet => DataSetName.TryParse(Options.DataSet, out var name) ? name : null;

    /// <summary>Its ledger's anchor, or null where none is configured.</summary>
    internal LedgerAnchor? Anchor =>
        Options.Ledger.Anchor.Length == 0 ? null : new LedgerAnchor(Path.GetFullPath(Options.Ledger.Anchor, _folder));

    /// <summary>Opens the ledger of the data set; null where none is named. The caller holds the state folder's lock.</summary>
    /// <exception cref="OperatorException">It cannot be opened for writing.</exception>
    internal DataSetLedger? OpenLedger(TimeProvider time) => DataSet is { } name ? DataSetLedger.Open(State, name, Anchor, time) : null;

    /// <summary>Reads the hospital's file.</summary>
    /// <exception cref="OperatorException">Mapping or file have faults; all of them are in the message.</exception>
    internal LocalCohort LoadCohort() =>
        LocalCohort.Load(
            Path.GetFullPath(Options.Data.File, _folder),
            MappingFile,
            Options.Objections.Length == 0 ? null : Path.GetFullPath(Options.Objections, _folder)
        );

    /// <summary>The site's policy: its file, or what stands in the configuration in its place.</summary>
    internal PolicyFile Policy => new(Options.Policy.Length == 0 ? null : Path.GetFullPath(Options.Policy, _folder), Options.BuiltInPolicy);

    /// <summary>The mapping of the hospital's file, absolute.</summary>
    internal string MappingFile => Path.GetFullPath(Options.Data.Mapping, _folder);
}
