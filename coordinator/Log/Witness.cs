using Federated.Federation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Coordinator.Log;

/// <summary>A connected site as a witness: what it has seen of the log, and what it was asked. Guarded by <see cref="Witnessing"/>.</summary>
/// <param name="key">Its witness key, by its credential.</param>
/// <param name="credential">The root's word on it, as a file.</param>
/// <param name="size">Entries that it cosigned last, by its own word.</param>
internal sealed class Witness(NoteKey key, ReadOnlyMemory<byte> credential, TreeSize size)
{
    /// <summary>Answers in a row that make a witness prompt again: one that is slow every other time would hold up every other checkpoint.</summary>
    internal const int PromptAnswers = 8;

    /// <summary>A prompt answer: a cosignature is one forced write of the site, and a round trip.</summary>
    internal static readonly TimeSpan Promptly = TimeSpan.FromMilliseconds(250);

    private int _prompt = PromptAnswers; // in a row; of a site that comes for the first time nothing bad is known

    internal ReadOnlyMemory<byte> Credential => credential;

    internal NoteKey Key => key;

    /// <summary>Entries that it cosigned last.</summary>
    internal TreeSize Size { get; set; } = size;

    /// <summary>What it was asked to cosign and has not answered; one question at a time.</summary>
    internal PublishedLog? Asked { get; set; }

    /// <summary>True once it refused: it is asked nothing more in this session.</summary>
    internal bool HasRefused { get; set; }

    /// <summary>Its own entries of which it has not been shown yet that they are in the log: place and hash.</summary>
    internal SortedDictionary<long, Digest> Unshown { get; } = [];

    /// <summary>Since when an answer of it is awaited, as a timestamp: asking it anew, after it said that it began elsewhere or came back, does not give it more time. Null while none is.</summary>
    internal long? AskedAt { get; set; }

    /// <summary>True unless one of its last answers was slow: checkpoints wait for it then only where a quorum is not there without it.</summary>
    internal bool IsPrompt => _prompt >= PromptAnswers;

    /// <summary>True if it did not answer while the next checkpoint waited for it: none waits for it again before it does.</summary>
    internal bool IsSlow { get; set; }

    /// <summary>Credentials that this session has had.</summary>
    internal HashSet<Digest> Told { get; } = [];

    /// <summary>It came back: who was slow does not become prompt by that.</summary>
    internal void GoOnFrom(Witness before) => (_prompt, AskedAt) = (before.IsSlow ? 0 : before._prompt, before.AskedAt);

    /// <summary>It has answered, after so long.</summary>
    internal void Answered(TimeSpan after) => _prompt = after > Promptly ? 0 : Math.Min(PromptAnswers, _prompt + 1);

    /// <summary>The one cosignature of this witness over a checkpoint; null if the line is none.</summary>
    internal NoteSignature? Verified(SignedCheckpoint checkpoint, ReadOnlySpan<byte> line) =>
        SignedCheckpoint.TryParseLines(line) is [var cosignature]
        && key.IsNamedBy(cosignature)
        && checkpoint.With(cosignature).Note.TryVerify([key], out var signatures, out _)
        && signatures.Any(signature => signature.Key.Equals(key))
            ? cosignature
            : null;
}
