using System.Net;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Hosting;

namespace Federated.Coordinator.Hosting;

/// <summary>The <c>coordinator</c> part of the configuration.</summary>
internal sealed class CoordinatorOptions : ICheckedOptions
{
    /// <summary>Address to listen on; <c>0.0.0.0</c> for all. Default 127.0.0.1: opening to the network is a decision.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port for nodes and researchers, TLS only. 0 takes any free one.</summary>
    public int Port { get; set; } = 7443;

    /// <summary>Port of the health endpoints, plain HTTP on the loopback only; −1 for none.</summary>
    public int HealthPort { get; set; } = -1;

    /// <summary>Written once the server listens: its address, one line. Empty for none.</summary>
    public string AddressFile { get; set; } = "";

    /// <summary>Folder of the coordinator's database; this process's alone.</summary>
    public string State { get; set; } = "";

    /// <summary>What is kept of masked inputs, and for how long.</summary>
    public InputRetention Inputs { get; set; } = new();

    /// <summary>Certificate, key and root.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>Protocol keys and credential; by default beside the certificate.</summary>
    public ProtocolOptions Protocol { get; set; } = new();

    /// <summary>
    /// SHA-256 of what others rely on, for the log: where it listens, and what it keeps of masked inputs. Nothing here chooses who takes part or how noisy a study is; plans and
    /// policies do.
    /// </summary>
    public Digest Hash() =>
        Digest.Of(
            new CanonicalJson()
                .Add("address", Address)
                .Add("inputs_days", Inputs.Days)
                .Add("inputs_held_rounds", Inputs.HeldRounds)
                .Add("inputs_rounds", Inputs.Rounds)
                .Add("port", Port)
                .ToBytes()
        );

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!IPAddress.TryParse(Address, out _))
        {
            yield return $"coordinator.address '{Address}' is no IP address; use 127.0.0.1, 0.0.0.0 or one of this machine's.";
        }

        if (Port is < 0 or > 65535)
        {
            yield return $"coordinator.port is {Port}; use 1 to 65535, or 0 for any free port.";
        }

        if (HealthPort is < -1 or > 65535)
        {
            yield return $"coordinator.healthPort is {HealthPort}; use 1 to 65535, 0 for any free port, -1 for none.";
        }

        if (State.Length == 0)
        {
            yield return "coordinator.state is missing; it is the folder for the coordinator's database.";
        }

        foreach (var fault in Inputs.Faults())
        {
            yield return fault;
        }

        foreach (var fault in Tls.Faults("coordinator"))
        {
            yield return fault;
        }
    }
}
