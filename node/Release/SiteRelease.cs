using Federated.Federation.Aggregation;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;

namespace Federated.Node.Release;

/// <summary>One round's release at this site: what is asked, and the public terms under which the answer leaves.</summary>
internal sealed record SiteRelease
{
    /// <summary>What leaves, in a word: <c>update</c> or <c>evaluation</c>.</summary>
    internal required string Name { get; init; }

    /// <summary>Whose data it is computed from.</summary>
    internal required Population Population { get; init; }

    /// <summary>The query over the patients who do not object now. Owned by the study; may throw what reading the objections throws.</summary>
    internal required Func<SiteQuery> Query { get; init; }

    /// <summary>Numbers d.</summary>
    internal required int Dimension { get; init; }

    /// <summary>The grid of the sum.</summary>
    internal required ReleaseGrid Grid { get; init; }

    /// <summary>Public factor of the answer before it is rounded.</summary>
    internal required double Weight { get; init; }

    /// <summary>What it costs; null where the plan says <c>privacy: none</c>.</summary>
    internal required ReleaseTerms? Cost { get; init; }

    /// <summary>True where each local step was noised before: the sum then needs no more.</summary>
    internal required bool IsNoisedInside { get; init; }
}
