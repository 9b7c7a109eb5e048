using System.Security.Cryptography;

namespace Federated.TransparencyLog.Notes;

/// <summary>Private half of an Ed25519 key: 32 bytes, wiped on disposal; prints nothing of itself.</summary>
internal sealed class SigningSeed : IDisposable
{
    private readonly byte[] _seed = GC.AllocateArray<byte>(Ed25519Rules.KeyLength, pinned: true); // unpinned, the GC may leave copies behind
    private readonly byte[] _publicKey;
    private bool _disposed;

    /// <param name="seed">Exactly 32 secret random bytes; copied, the caller wipes its own.</param>
    public SigningSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != Ed25519Rules.KeyLength)
        {
            throw new ArgumentException($"A seed has {Ed25519Rules.KeyLength} bytes; got {seed.Length}.", nameof(seed));
        }

        seed.CopyTo(_seed);
        _publicKey = Ed25519Rules.PublicKeyOf(_seed);
    }

    public NoteKey KeyNamed(KeyName name, NoteAlgorithm algorithm) =>
        NoteKey.TryCreate(name, algorithm, _publicKey) ?? throw new ArgumentException("A default KeyName names nobody.", nameof(name));

    /// <exception cref="ObjectDisposedException">The seed was wiped: everybody knows the key of 32 zero bytes.</exception>
    public byte[] Sign(byte[] message)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Ed25519Rules.Sign(_seed, _publicKey, message);
    }

    public override string ToString() => nameof(SigningSeed);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        _disposed = true;
    }
}
