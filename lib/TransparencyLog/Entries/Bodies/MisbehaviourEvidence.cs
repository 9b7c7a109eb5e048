using System.Diagnostics.CodeAnalysis;
using Federated.Federation.Documents;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Witnesses;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>Two signed statements of which one is a lie; whoever has the keys can verify it, whoever wrote the entry.</summary>
/// <param name="Code">Which lie: <see cref="CheckpointForkCode"/>, or a fixed word for two messages of a round.</param>
/// <param name="First">One statement: a note as text, or a signed message as hexadecimal.</param>
/// <param name="Second">The other, which is not the same.</param>
public sealed record MisbehaviourEvidence(EntryCode Code, string First, string Second) : EntryBody
{
    /// <summary>Two checkpoints of one size.</summary>
    public const string CheckpointForkCode = "checkpoint-fork";

    /// <summary>A fork as evidence, with the log's own lines alone.</summary>
    public static MisbehaviourEvidence Of(CheckpointFork fork, LogPolicy log)
    {
        ArgumentNullException.ThrowIfNull(fork);
        ArgumentNullException.ThrowIfNull(log);
        return new(EntryCode.Parse(CheckpointForkCode), Note(fork.First), Note(fork.Second));

        string Note(SignedCheckpoint checkpoint) => StrictUtf8.Text(checkpoint.OnlyBy(log.Log)!.ToBytes())!;
    }

    /// <summary>Verifies a fork.</summary>
    /// <param name="log">Which log and key.</param>
    /// <param name="fork">The proof, or null.</param>
    /// <param name="fault">Null, or why this shows nothing.</param>
    public bool TryVerifyFork(LogPolicy log, [NotNullWhen(true)] out CheckpointFork? fork, [NotNullWhen(false)] out string? fault)
    {
        fork = null;
        if (Code.Value != CheckpointForkCode)
        {
            fault = $"this is evidence of '{Code}', not of '{CheckpointForkCode}'.";
            return false;
        }

        return SignedCheckpoint.TryParse(StrictUtf8.Bytes(First), out var first, out fault)
            && SignedCheckpoint.TryParse(StrictUtf8.Bytes(Second), out var second, out fault)
            && CheckpointFork.TryVerify(first, second, log, out fork, out fault);
    }

    internal override bool Fits(EntryKind kind) =>
        kind == EntryKind.Misbehaviour && First.Length > 0 && Second.Length > 0 && First != Second;

    internal override CanonicalJson ToJson() => new CanonicalJson().Add("code", Code.Value).Add("first", First).Add("second", Second);

    internal static MisbehaviourEvidence Read(EntryFields fields)
    {
        var read = new MisbehaviourEvidence(fields.Code("code"), fields.Text("first"), fields.Text("second"));
        if (read.First.Length == 0 || read.First == read.Second)
        {
            fields.Reader.Fault("second", "expected two statements that differ.");
        }

        return read;
    }
}
