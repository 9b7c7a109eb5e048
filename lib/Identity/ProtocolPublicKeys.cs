using Federated.SecureAggregation.Suites;

namespace Federated.Identity;

/// <summary>
/// The long-lived protocol keys of a site or a coordinator that others know, in lowercase hexadecimal. Three, because signed notes have no domain
/// separation between roles; the first in two suites, since a plan names the one that its messages are signed in.
/// </summary>
/// <param name="Identity">Ed25519, 32 bytes: signs protocol messages of suite 1.</param>
/// <param name="IdentityP256">P-256, 33 bytes (SEC 1, compressed): signs those of suite 2.</param>
/// <param name="Log">Ed25519, 32 bytes: signs log entries.</param>
/// <param name="Witness">Ed25519, 32 bytes: cosigns checkpoints.</param>
public sealed record ProtocolPublicKeys(string Identity, string IdentityP256, string Log, string Witness)
{
    /// <summary>All of them in order.</summary>
    public IReadOnlyList<string> All => [Identity, IdentityP256, Log, Witness];

    /// <summary>Why these are nobody's keys, or null: each must be the one encoding of a valid key, so that equal keys are equal texts.</summary>
    public string? Fault() =>
        Read(Suite.P256, IdentityP256) is not null
        && new[] { Identity, Log, Witness }.All(key => Read(Suite.X25519Ed25519, key) is not null)
        && All.Distinct(StringComparer.Ordinal).Count() == All.Count
            ? null
            : "its keys are not three different ones of Ed25519 and one of P-256.";

    /// <summary>The key that protocol messages of a suite are verified with.</summary>
    /// <exception cref="InvalidOperationException">The keys have a <see cref="Fault"/>.</exception>
    public IdentityKey IdentityFor(Suite suite) =>
        Read(suite, suite == Suite.P256 ? IdentityP256 : Identity)
        ?? throw new InvalidOperationException("Keys were used that nobody had checked.");

    private static IdentityKey? Read(Suite suite, string hex) =>
        hex.Length == 2 * suite.IdentityKeyLength && hex.All(char.IsAsciiHexDigitLower)
            ? suite.TryReadIdentity(Convert.FromHexString(hex))
            : null;
}
