using System.Security.Cryptography;
using Federated.SecureAggregation.Suites;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Witnesses;

namespace Federated.Hosting;

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

/// <summary>
/// The private halves, one 32-byte seed each, in one file of mode 0600. They outlive TLS certificates: those can be renewed without touching a roster.
/// Wiped on disposal; prints nothing of itself.
/// </summary>
public sealed class ProtocolKeys : IDisposable
{
    private const string Format = "federated-protocol-keys/1";
    private const int SeedBytes = 32;

    private readonly byte[] _seeds = GC.AllocateArray<byte>(3 * SeedBytes, pinned: true); // unpinned, the GC may leave copies behind
    private bool _disposed;

    private ProtocolKeys() { }

    /// <summary>Draws new keys.</summary>
    public static ProtocolKeys Generate()
    {
        var keys = new ProtocolKeys();
        RandomNumberGenerator.Fill(keys._seeds);
        return keys;
    }

    /// <summary>The public halves.</summary>
    public ProtocolPublicKeys Public =>
        new(PublicOf(0, Suite.X25519Ed25519), PublicOf(0, Suite.P256), PublicOf(1, Suite.X25519Ed25519), PublicOf(2, Suite.X25519Ed25519));

    /// <summary>Writes the seeds with mode 0600.</summary>
    public void Save(string path)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        PrivateFiles.WriteSecret(path, $"{Format}\n{Convert.ToHexStringLower(_seeds)}\n");
    }

    /// <summary>Reads the seeds.</summary>
    /// <exception cref="OperatorException">The file is missing, open to others, or no key file.</exception>
    public static ProtocolKeys Load(string path)
    {
        PrivateFiles.RequirePrivate(path);
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be read: {e.Message}", "check the file's owner; its mode should be 0600", e);
        }

        var keys = new ProtocolKeys();
        if (
            lines is not [Format, var hex]
            || Convert.FromHexString(hex, keys._seeds, out _, out var written) != System.Buffers.OperationStatus.Done
            || written != keys._seeds.Length
        )
        {
            keys.Dispose();
            throw new OperatorException($"{path} is no {Format} file.", "restore it from backup, or request new keys: fed pki request");
        }

        return keys;
    }

    /// <summary>What signs protocol messages in a suite. Both suites' keys come from one seed, so that a site has one file to keep.</summary>
    /// <returns>The caller disposes of it.</returns>
    public IdentitySigner IdentityFor(Suite suite) => SignerOf(0, suite);

    /// <summary>What signs log entries, and a coordinator's checkpoints.</summary>
    /// <param name="name">Under which name.</param>
    /// <returns>The caller disposes of it.</returns>
    public NoteSigner LogSigner(KeyName name) => new(name, SeedOf(1));

    /// <summary>What cosigns checkpoints.</summary>
    /// <inheritdoc cref="LogSigner"/>
    public WitnessSigner WitnessSigner(KeyName name) => new(name, SeedOf(2));

    /// <inheritdoc/>
    public override string ToString() => nameof(ProtocolKeys);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seeds);
        _disposed = true;
    }

    private string PublicOf(int index, Suite suite)
    {
        using var signer = SignerOf(index, suite);
        return Convert.ToHexStringLower(signer.PublicKey);
    }

    private IdentitySigner SignerOf(int index, Suite suite) => suite.IdentityFromSeed(SeedOf(index));

    private ReadOnlySpan<byte> SeedOf(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _seeds.AsSpan(index * SeedBytes, SeedBytes);
    }
}
