namespace Federated.Audit;

/// <summary>What is audited: a log's folder, and what sites and researchers gave beside it.</summary>
public sealed record AuditRequest
{
    /// <summary>The log's files.</summary>
    public required LogFolder Folder { get; init; }

    /// <summary>The root that the caller knows, PEM; null to take the folder's own, whose fingerprint people must then compare.</summary>
    public GivenFile? Root { get; init; }

    /// <summary>Journals of sites.</summary>
    public IReadOnlyList<GivenFile> Journals { get; init; } = [];

    /// <summary>Ledgers of sites.</summary>
    public IReadOnlyList<GivenFile> Ledgers { get; init; } = [];

    /// <summary>Weights of finished models, each of which must be what a study in the log gave.</summary>
    public IReadOnlyList<GivenFile> Models { get; init; } = [];

    /// <summary>Decisions of sites on plans, each of which must be one that the log has the hash of.</summary>
    public IReadOnlyList<GivenFile> Decisions { get; init; } = [];

    /// <summary>Told now and then how many entries of how many were looked at; null for nobody.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Shown each entry that holds by what stands before it, in order; null for nobody. Until the verdict says so, nothing of it counts.</summary>
    public Action<AuditedEntry>? Seen { get; init; }

    /// <summary>Threads that hash, at least 1.</summary>
    public int Parallelism { get; init; } = 1;
}

/// <summary>A file that was given beside the log.</summary>
/// <param name="Name">As faults name it.</param>
/// <param name="Bytes">All of it.</param>
public sealed record GivenFile(string Name, ReadOnlyMemory<byte> Bytes);
