using System.Security.Cryptography;
using Federated.Federation;

namespace Federated.SecureAggregation.Primitives;

/// <summary>A secret of 32 bytes: a seed, a root or a key. Wiped on disposal; prints nothing of itself.</summary>
/// <remarks>Reading is thread-safe; disposing while another thread reads is not.</remarks>
public sealed class Secret32 : IDisposable
{
    /// <summary>Bytes of the secret.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes = GC.AllocateArray<byte>(Length, pinned: true); // unpinned, the GC may leave copies behind
    private bool _disposed;

    private Secret32() { }

    /// <summary>Copies a secret; the caller wipes its own copy.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public Secret32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A secret has {Length} bytes; got {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    /// <summary>The secret itself, valid until disposal.</summary>
    /// <exception cref="ObjectDisposedException">The secret was wiped: 32 zero bytes would hide nothing.</exception>
    internal ReadOnlySpan<byte> Bytes => Array;

    /// <summary>The same bytes for interfaces that take arrays. Not to be written to, kept or handed on.</summary>
    /// <exception cref="ObjectDisposedException">The secret was wiped.</exception>
    internal byte[] Array
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>A fresh secret.</summary>
    public static Secret32 Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var secret = new Secret32();
        random(secret._bytes);
        return secret;
    }

    /// <summary>True if the secret is exactly these bytes. The time taken tells the lengths and nothing else.</summary>
    /// <exception cref="ObjectDisposedException">The secret was wiped.</exception>
    public bool FixedTimeEquals(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(Bytes, other);

    /// <summary>The type's name, never the content.</summary>
    public override string ToString() => nameof(Secret32);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }
}
