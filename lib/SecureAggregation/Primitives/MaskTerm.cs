namespace Federated.SecureAggregation.Primitives;

/// <summary>One mask of a sum. Whoever made the key disposes it.</summary>
/// <param name="Key">Its key, which prints nothing of itself.</param>
/// <param name="Subtract">True to take the mask away: of a pair one party adds and the other subtracts, so that the sum has neither.</param>
public readonly record struct MaskTerm(MaskKey Key, bool Subtract);
