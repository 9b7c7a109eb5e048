namespace Federated.SecureAggregation.Primitives;

/// <summary>Fills a buffer with bytes that nobody can predict.</summary>
/// <remarks>
/// In the product always <see cref="System.Security.Cryptography.RandomNumberGenerator.Fill"/>. It is a parameter so that a test can replay an
/// attempt; whoever can predict one source knows every key, seed and share that came from it.
/// </remarks>
/// <param name="destination">Overwritten whole.</param>
public delegate void RandomSource(Span<byte> destination);
