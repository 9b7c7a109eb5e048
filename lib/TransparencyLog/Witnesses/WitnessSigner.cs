using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Witnesses;

/// <summary>A witness's private key, which signs nothing but cosignatures. Wiped on disposal; prints nothing of itself.</summary>
/// <remarks>Signing is thread-safe; disposing while another thread signs is not.</remarks>
public sealed class WitnessSigner : IDisposable
{
    private readonly SigningSeed _seed;

    /// <param name="name">The witness's name.</param>
    /// <param name="seed">Exactly 32 secret random bytes, used for nothing else; copied, the caller wipes its own.</param>
    public WitnessSigner(KeyName name, ReadOnlySpan<byte> seed)
    {
        _seed = new SigningSeed(seed);
        Key = _seed.KeyNamed(name, NoteAlgorithm.Cosignature);
    }

    /// <summary>The public key.</summary>
    public NoteKey Key { get; }

    /// <summary>Cosigns what a witness has accepted and stored.</summary>
    /// <param name="stored">The state that is on disk by now.</param>
    /// <param name="now">By the witness's clock; not before 1970.</param>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    public NoteSignature Cosign(WitnessState stored, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var time = now.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(time, nameof(now));
        var signature = _seed.Sign(Cosignature.Message(time, stored.Checkpoint.Note.Text.Span));
        return new NoteSignature(Key.Name, Key.Id, Cosignature.Value(time, signature));
    }

    /// <summary>The type's name, never the content.</summary>
    public override string ToString() => nameof(WitnessSigner);

    /// <inheritdoc/>
    public void Dispose() => _seed.Dispose();
}
