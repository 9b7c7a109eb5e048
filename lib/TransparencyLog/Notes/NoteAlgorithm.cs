namespace Federated.TransparencyLog.Notes;

/// <summary>What a signature is over; the type byte of C2SP signed-note, bound into the key's id.</summary>
/// <remarks>0x06 is kept for cosignatures with ML-DSA-44. Lines of types that are not here are read, kept and not counted.</remarks>
public enum NoteAlgorithm : byte
{
    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>Ed25519 over a time and the text of a checkpoint (C2SP tlog-cosignature).</summary>
    Cosignature = 0x04,
}
