using System.Collections.Immutable;
using Federated.Federation;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>An attempt whose cohort was formed: what it may be asked later.</summary>
/// <param name="Index">Of its <c>cohort.formed</c>.</param>
/// <param name="Formed">That entry.</param>
/// <param name="Keys">Keys that counted there.</param>
internal sealed record CohortState(LeafIndex Index, CohortFormation Formed, ImmutableDictionary<KeyName, RegisteredMember> Keys)
{
    /// <summary>Sites in the sum; null unless the attempt was committed.</summary>
    public ImmutableArray<SiteName>? Survivors { get; set; }

    /// <summary>True once it was aborted.</summary>
    public bool IsAborted { get; set; }
}
