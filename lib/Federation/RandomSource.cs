using System.Security.Cryptography;

namespace Federated.Federation;

/// <summary>Fills a buffer with bytes that nobody can predict.</summary>
/// <remarks>
/// In the product always <see cref="RandomNumberGenerator.Fill"/>. It is a parameter so that a test can replay an attempt or a draw; whoever can predict the source knows every key,
/// seed and share that came from it, and can subtract the noise.
/// </remarks>
/// <param name="destination">Overwritten whole.</param>
public delegate void RandomSource(Span<byte> destination);
