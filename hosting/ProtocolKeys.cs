using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Federated.Hosting;

/// <summary>The long-lived protocol keys of a site or a coordinator that others know: three, because signed notes have no domain separation between roles.</summary>
/// <param name="Identity">Ed25519, 32 bytes: signs protocol messages.</param>
/// <param name="Log">Ed25519, 32 bytes: signs log entries.</param>
/// <param name="Witness">Ed25519, 32 bytes: cosigns checkpoints.</param>
public sealed record ProtocolPublicKeys(string Identity, string Log, string Witness)
{
    /// <summary>The three in order, hexadecimal.</summary>
    public IReadOnlyList<string> All => [Identity, Log, Witness];
}

/// <summary>
/// The private halves, one 32-byte seed each, in one file of mode 0600. They outlive TLS certificates: those can be renewed without touching a roster.
/// Wiped on disposal; prints nothing of itself.
/// </summary>
public sealed class ProtocolKeys : IDisposable
{
    private const string Format = "federated-protocol-keys/1";

    private readonly byte[] _seeds = GC.AllocateArray<byte>(3 * 32, pinned: true); // unpinned, the GC may leave copies behind
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
    public ProtocolPublicKeys Public => new(PublicOf(0), PublicOf(1), PublicOf(2));

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

    public SecureAggregation.Suites.IdentitySigner IdentityFor(SecureAggregation.Suites.Suite suite) =>
        suite.IdentityFromSeed(_seeds.AsSpan(0, 32));

    /// <inheritdoc/>
    public override string ToString() => nameof(ProtocolKeys);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seeds);
        _disposed = true;
    }

    private string PublicOf(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var secret = new Ed25519PrivateKeyParameters(_seeds, index * 32);
        return Convert.ToHexStringLower(secret.GeneratePublicKey().GetEncoded());
    }
}
