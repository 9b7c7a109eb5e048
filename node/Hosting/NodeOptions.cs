using Federated.Federation.Policies;
using Federated.Hosting;
using Federated.Learning.Models;
using Federated.Privacy.Ledger;

namespace Federated.Node.Hosting;

/// <summary>The <c>node</c> part of the configuration. Relative paths are relative to the configuration file.</summary>
internal sealed class NodeOptions : ICheckedOptions
{
    /// <summary>Address of the coordinator: the one outbound connection.</summary>
    public string Coordinator { get; set; } = "";

    /// <summary>Certificate, key and root.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>The site's protocol keys and the consortium's credential over them.</summary>
    public ProtocolOptions Protocol { get; set; } = new();

    /// <summary>The hospital's file and how to read it.</summary>
    public DataOptions Data { get; set; } = new();

    /// <summary>List of the patients who object, one key a line; empty for none. Looked at before every attempt.</summary>
    public string Objections { get; set; } = "";

    /// <summary>Folder for what the node writes: its journal, the plans it was offered, its own metrics.</summary>
    public string State { get; set; } = "";

    /// <summary>
    /// Name under which the patients of the file are registered in a privacy ledger; empty where none are, and then no private plan is taken.
    /// </summary>
    public string DataSet { get; set; } = "";

    /// <summary>That ledger.</summary>
    public LedgerOptions Ledger { get; set; } = new();

    /// <summary>File of the site's policy, which says what may run on its patients, and when; empty for one that the next two keys make.</summary>
    public string Policy { get; set; } = "";

    /// <summary>
    /// Without a policy's file: who approves a plan, and must be written out: <c>human</c>, so that the node waits for <c>fed-node plans approve</c>, or <c>automatic</c>, which
    /// runs whatever a researcher of the consortium signed. With one it stands there, and nowhere else.
    /// </summary>
    public string Approval { get; set; } = "";

    /// <summary>
    /// Without a policy's file: <c>refuse</c>, unless written otherwise: a plan that says <c>privacy: none</c> is declined. <c>allow</c> accepts it, for public or synthetic patients.
    /// </summary>
    public string WithoutPrivacy { get; set; } = "";

    /// <summary>The policy where no file is named.</summary>
    internal SitePolicy BuiltInPolicy => new() { Approval = ApprovalModes.Of(Approval), WithoutPrivacy = WithoutPrivacy == "allow" };

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Threads of one tensor operation. 1 makes training repeatable bit for bit.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Port of the health endpoints, plain HTTP on the loopback only; −1 for none.</summary>
    public int HealthPort { get; set; } = -1;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!Uri.TryCreate(Coordinator, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            yield return $"node.coordinator '{Coordinator}' is no address; write it like https://coordinator.example:7443.";
        }

        foreach (var fault in Tls.Faults("node"))
        {
            yield return fault;
        }

        foreach (var (name, value) in new[] { ("data.file", Data.File), ("data.mapping", Data.Mapping), ("state", State) })
        {
            if (value.Length == 0)
            {
                yield return $"node.{name} is missing; it is a path.";
            }
        }

        if (DataSet.Length > 0 && DataSetName.Fault(DataSet) is { } misnamed)
        {
            yield return $"node.dataSet: {misnamed}";
        }

        if (DataSet.Length == 0 && Ledger.Anchor.Length > 0)
        {
            yield return "node.ledger.anchor is set, and node.dataSet is not; name the data set whose ledger it anchors.";
        }

        foreach (var fault in PolicyFaults())
        {
            yield return fault;
        }

        if (!Devices.Names.Contains(Device))
        {
            yield return $"node.device is '{Device}'; use {string.Join(", ", Devices.Names)}.";
        }

        if (Threads is < 1 or > 256)
        {
            yield return $"node.threads is {Threads}; use 1 to 256.";
        }

        if (HealthPort is < -1 or > 65535)
        {
            yield return $"node.healthPort is {HealthPort}; use 1 to 65535, 0 for any free port, -1 for none.";
        }
    }

    /// <summary>What is allowed stands in one place, so that no two can contradict each other.</summary>
    private IEnumerable<string> PolicyFaults()
    {
        if (Policy.Length > 0)
        {
            if (Approval.Length > 0)
            {
                yield return $"node.approval is '{Approval}' and node.policy names a file; write approval: {Approval} there, and take the key out here.";
            }

            if (WithoutPrivacy.Length > 0)
            {
                yield return $"node.withoutPrivacy is '{WithoutPrivacy}' and node.policy names a file; write privacy.without: {WithoutPrivacy} there, and take the key out here.";
            }

            yield break;
        }

        if (!ApprovalModes.Words.Contains(Approval))
        {
            yield return $"node.approval is '{Approval}'; write human, so that each plan waits for your approval, or automatic if this node may run every plan that a researcher of the consortium signed; or name a policy's file (node.policy).";
        }

        if (WithoutPrivacy is not ("" or "refuse" or "allow"))
        {
            yield return $"node.withoutPrivacy is '{WithoutPrivacy}'; write refuse, so that every sum of yours carries noise, or allow for public or synthetic patients only.";
        }
    }
}

/// <summary>The <c>node.data</c> part.</summary>
internal sealed class DataOptions
{
    /// <summary>The hospital's CSV file.</summary>
    public string File { get; set; } = "";

    /// <summary>Its mapping, YAML.</summary>
    public string Mapping { get; set; } = "";
}

/// <summary>The <c>node.ledger</c> part.</summary>
internal sealed class LedgerOptions
{
    /// <summary>File on another volume than <c>node.state</c> that says where the ledger ends, so that an older copy of the ledger shows.</summary>
    public string Anchor { get; set; } = "";
}
