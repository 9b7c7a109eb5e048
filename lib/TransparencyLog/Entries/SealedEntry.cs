using System.Diagnostics.CodeAnalysis;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;

namespace Federated.TransparencyLog.Entries;

/// <summary>An entry with its signature lines, as it stands in the log: not verified yet.</summary>
public sealed class SealedEntry
{
    /// <summary>Most bytes of an entry in the log.</summary>
    public const int MostBytes = EntryBundle.MostEntryBytes;

    private SealedEntry(LogEntry entry, SignedNote note) => (Entry, Note) = (entry, note);

    /// <summary>What it says.</summary>
    public LogEntry Entry { get; }

    /// <summary>Text and lines.</summary>
    public SignedNote Note { get; }

    /// <summary>Signs an entry.</summary>
    /// <param name="entry">What to say.</param>
    /// <param name="signer">The actor's key; of the actor's name.</param>
    /// <exception cref="ArgumentException">The key is another's, or the entry would be too large for the log.</exception>
    public static SealedEntry Sign(LogEntry entry, NoteSigner signer)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.Key.Name != entry.Actor)
        {
            throw new ArgumentException($"The key of {signer.Key.Name} does not sign for {entry.Actor}.", nameof(signer));
        }

        var text = entry.ToText();
        return new SealedEntry(entry, SignedNote.Of(text, signer.Sign(text)));
    }

    /// <summary>Reads an entry of the log.</summary>
    /// <param name="bytes">Any bytes; kept.</param>
    /// <param name="entry">The entry, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out SealedEntry? entry,
        [NotNullWhen(false)] out string? fault
    )
    {
        entry = null;
        if (SignedNote.TryParse(bytes, out var note, out fault) && LogEntry.TryParse(note.Text, out var said, out fault))
        {
            entry = new SealedEntry(said, note);
        }

        return entry is not null;
    }

    /// <summary>The same entry, signed by one more.</summary>
    /// <exception cref="ArgumentException">It would be too large for the log.</exception>
    public SealedEntry With(NoteSigner another)
    {
        ArgumentNullException.ThrowIfNull(another);
        return new SealedEntry(Entry, Note.With(another.Sign(Note.Text.Span)));
    }

    /// <summary>Verifies who signed: the actor, and nobody who is unknown.</summary>
    /// <param name="keys">Keys that count at this place of the log, of whomever.</param>
    /// <param name="signatures">Who signed, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public bool TryVerify(
        IReadOnlyCollection<NoteKey> keys,
        [NotNullWhen(true)] out IReadOnlyList<VerifiedSignature>? signatures,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!Note.TryVerify([.. keys.Where(key => key.Algorithm == NoteAlgorithm.Ed25519)], out signatures, out fault))
        {
            return false;
        }

        if (Note.Signatures.Length != signatures.Count)
        {
            fault = "it has a signature line of nobody who is known here, or one line twice.";
        }
        else if (!signatures.Any(signature => signature.Key.Name == Entry.Actor))
        {
            fault = $"{Entry.Actor}, whose statement it is, did not sign it.";
        }

        signatures = fault is null ? signatures : null;
        return fault is null;
    }

    /// <summary>The entry's bytes in the log.</summary>
    public byte[] ToBytes() => Note.ToBytes();
}
