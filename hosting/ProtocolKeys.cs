using System.Security.Cryptography;
using Federated.Identity;
using Federated.SecureAggregation.Suites;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Witnesses;

namespace Federated.Hosting;

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
