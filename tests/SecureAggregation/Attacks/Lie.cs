using Federated.Federation;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>One lie in an otherwise honest round.</summary>
/// <param name="What">What the liar does, as the end of a sentence.</param>
/// <param name="Code">What the victim answers.</param>
/// <param name="Tell">Sets the lie up; the last argument is the victim, or the liar where the coordinator is the victim.</param>
internal sealed record Lie(string What, AbortCode Code, Action<Rig, Round, SiteName> Tell)
{
    /// <summary>Sites of the rig.</summary>
    public int Sites { get; init; } = 4;

    /// <inheritdoc/>
    public override string ToString() => What;
}
