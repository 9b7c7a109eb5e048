using Federated.Federation;

namespace Federated.Node.Studies;

/// <summary>What the coordinator last said of a study.</summary>
/// <param name="Plan">Plan hash.</param>
/// <param name="Round">Rounds that it has committed.</param>
/// <param name="Model">Hash of the model after them.</param>
/// <param name="Last">The last attempt of which it has a vector of this site.</param>
internal sealed record Offer(Digest Plan, RoundNumber Round, Digest Model, Attempt Last);
