namespace Federated.TransparencyLog.Notes;

/// <summary>Signs notes with one key: the log's checkpoints, an actor's entries. Wiped on disposal; prints nothing of itself.</summary>
/// <remarks>Signing is thread-safe and deterministic (RFC 8032 §5.1.6); disposing while another thread signs is not.</remarks>
public sealed class NoteSigner : IDisposable
{
    private readonly SigningSeed _seed;

    /// <param name="name">Whose key it is.</param>
    /// <param name="seed">Exactly 32 secret random bytes; copied, the caller wipes its own.</param>
    public NoteSigner(KeyName name, ReadOnlySpan<byte> seed)
    {
        _seed = new SigningSeed(seed);
        Key = _seed.KeyNamed(name, NoteAlgorithm.Ed25519);
    }

    /// <summary>The public key.</summary>
    public NoteKey Key { get; }

    /// <summary>Signs a text.</summary>
    /// <param name="text">With its last line feed.</param>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    public NoteSignature Sign(ReadOnlySpan<byte> text) => new(Key.Name, Key.Id, _seed.Sign(text.ToArray()));

    /// <summary>The type's name, never the content.</summary>
    public override string ToString() => nameof(NoteSigner);

    /// <inheritdoc/>
    public void Dispose() => _seed.Dispose();
}
