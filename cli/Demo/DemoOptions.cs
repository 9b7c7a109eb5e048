namespace Federated.Cli.Demo;

/// <summary>What <c>fed demo</c> was asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Folder of real files, or null for synthetic hospitals.</summary>
    public required string? DataFolder { get; init; }

    /// <summary>Synthetic hospitals to make.</summary>
    public required int Sites { get; init; }

    public required int Rounds { get; init; }

    /// <summary><c>logistic</c> or <c>mlp</c>.</summary>
    public required string Model { get; init; }

    /// <summary><c>fedavg</c> or <c>fedsgd</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Seed of split, initial model, shuffles and synthetic patients.</summary>
    public required int Seed { get; init; }

    /// <summary>Folder to keep everything in, or null for a temporary one that holds model and logs only.</summary>
    public required string? Keep { get; init; }

    /// <summary>Where to write the figures as JSON, or null.</summary>
    public required string? JsonFile { get; init; }

    /// <summary>Seed of the kills, or null for a study that is left in peace.</summary>
    public required int? Chaos { get; init; }

    /// <summary>ε that every patient is promised, or null for sums without noise.</summary>
    public double? Epsilon { get; init; }

    /// <summary>δ of that promise.</summary>
    public double Delta { get; init; } = 1e-5;

    /// <summary>Port of the coordinator; 0 for any free one.</summary>
    public required int Port { get; init; }

    /// <summary>Where the nodes train; one of <see cref="Federated.Learning.Models.Devices.Names"/>.</summary>
    public required string Device { get; init; }
}
