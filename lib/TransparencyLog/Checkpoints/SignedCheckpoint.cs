using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Checkpoints;

/// <summary>A checkpoint with its signature lines, as it was read: nothing is verified yet (<see cref="LogPolicy"/> does).</summary>
public sealed class SignedCheckpoint
{
    private SignedCheckpoint(Checkpoint checkpoint, SignedNote note) => (Checkpoint, Note) = (checkpoint, note);

    /// <summary>What it says.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>Text and lines.</summary>
    public SignedNote Note { get; }

    /// <summary>A log signs its checkpoint.</summary>
    /// <param name="checkpoint">Consistent with every one that the log signed before, and with all its files durable: see <see cref="LogAppender"/>.</param>
    /// <param name="signer">The log's key.</param>
    public static SignedCheckpoint Sign(Checkpoint checkpoint, NoteSigner signer)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(signer);
        var text = checkpoint.ToText();
        return new SignedCheckpoint(checkpoint, SignedNote.Of(text, signer.Sign(text)));
    }

    /// <summary>Reads a checkpoint file.</summary>
    /// <param name="bytes">Any bytes; kept.</param>
    /// <param name="checkpoint">The checkpoint, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out SignedCheckpoint? checkpoint,
        [NotNullWhen(false)] out string? fault
    )
    {
        checkpoint = null;
        if (SignedNote.TryParse(bytes, out var note, out fault) && Checkpoint.TryParse(note.Text.Span, out var said, out fault))
        {
            checkpoint = new SignedCheckpoint(said, note);
        }

        return checkpoint is not null;
    }

    /// <summary>The same checkpoint with cosignatures.</summary>
    /// <param name="cosignatures">Lines as witnesses gave them.</param>
    /// <exception cref="ArgumentException">It would be too large.</exception>
    public SignedCheckpoint With(params ReadOnlySpan<NoteSignature> cosignatures) => new(Checkpoint, Note.With(cosignatures));

    /// <summary>The same checkpoint with only the lines of one key, or null if it has none.</summary>
    public SignedCheckpoint? OnlyBy(NoteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ImmutableArray<NoteSignature> lines = [.. Note.Signatures.Where(key.IsNamedBy)];
        return lines.IsEmpty ? null : new SignedCheckpoint(Checkpoint, SignedNote.Of(Note.Text, lines));
    }

    /// <summary>Reads signature lines as a witness answers them; null if they are none, or too many.</summary>
    /// <param name="lines">Any bytes.</param>
    public static ImmutableArray<NoteSignature>? TryParseLines(ReadOnlySpan<byte> lines) =>
        SignedNote.TryParse((byte[])[.. "-\n\n"u8, .. lines], out var note, out _) && note.Text.Length == 2 ? note.Signatures : null;

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => Note.ToBytes();
}
