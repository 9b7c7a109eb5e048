using Federated.Federation;

namespace Federated.SecureAggregation.Rounds;

/// <summary>
/// A checkpoint of the audit log as M0, M1 and M10 name it: who takes part in an attempt has seen the same past of the log (design section 5.4). Default: none.
/// </summary>
/// <param name="Size">Entries; 0 for none.</param>
/// <param name="Root">Root of the tree; zeros for none.</param>
public readonly record struct LogView(ulong Size, Digest Root);

/// <summary>Whether a site has seen this checkpoint cosigned by a quorum, with all in it that it waits for: null, or what is wrong.</summary>
/// <param name="view">As the invitation names it.</param>
public delegate string? LogCheck(LogView view);
