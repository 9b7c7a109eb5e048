using Federated.Hosting;
using Federated.Learning.Models;

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
    /// Who approves a plan, and must be written out: <c>human</c>, so that the node waits for <c>fed-node plans approve</c>, or <c>automatic</c>, which
    /// runs whatever a researcher of the consortium signed.
    /// </summary>
    public string Approval { get; set; } = "";

    /// <summary>True if plans that nobody decided on count as approved.</summary>
    internal bool ApprovesAutomatically => Approval == "automatic";

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

        if (Approval is not ("human" or "automatic"))
        {
            yield return $"node.approval is '{Approval}'; write human, so that each plan waits for your approval, or automatic if this node may run every plan that a researcher of the consortium signed.";
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
}

/// <summary>The <c>node.data</c> part.</summary>
internal sealed class DataOptions
{
    /// <summary>The hospital's CSV file.</summary>
    public string File { get; set; } = "";

    /// <summary>Its mapping, YAML.</summary>
    public string Mapping { get; set; } = "";
}
