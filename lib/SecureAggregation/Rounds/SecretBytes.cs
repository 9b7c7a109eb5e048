using System.Security.Cryptography;

namespace Federated.SecureAggregation.Rounds;

/// <summary>Secrets of one attempt side by side, such as what a site agreed with each peer. Wiped on disposal; prints nothing of itself.</summary>
internal sealed class SecretBytes(int length) : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(length, pinned: true); // unpinned, the GC may leave copies behind
    private bool _disposed;

    /// <exception cref="ObjectDisposedException">They were wiped.</exception>
    internal Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(SecretBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }
}
