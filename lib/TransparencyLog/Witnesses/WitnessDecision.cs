using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Witnesses;

/// <summary>What a witness makes of a request.</summary>
public abstract record WitnessDecision
{
    private WitnessDecision() { }

    /// <summary>The checkpoint is the last one, grown, or the last one again. Store the state, then cosign it (<see cref="WitnessSigner.Cosign"/>), then answer.</summary>
    /// <param name="Next">To be durable before it is cosigned.</param>
    public sealed record Accepted(WitnessState Next) : WitnessDecision;

    /// <summary>Nothing is cosigned, and the state stays.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">The same for people, with what to do.</param>
    /// <param name="Known">Size that the witness accepted last: the log may ask again from there.</param>
    public sealed record Refused(WitnessRefusal Reason, string Message, TreeSize Known) : WitnessDecision
    {
        /// <summary>Proof that the log showed two histories, where <see cref="Reason"/> is <see cref="WitnessRefusal.Fork"/>; else null.</summary>
        public CheckpointFork? Fork { get; init; }
    }
}

/// <summary>Why a witness does not cosign, with the HTTP status that C2SP tlog-witness gives it.</summary>
public enum WitnessRefusal
{
    /// <summary>The old size is above the checkpoint's (400).</summary>
    OldSizeAbove = 1,

    /// <summary>Another log (404).</summary>
    UnknownOrigin = 2,

    /// <summary>The log's key did not sign it, or its signature does not verify (403).</summary>
    NotSigned = 3,

    /// <summary>The old size is not the one that the witness accepted last (409): the log is behind, or was rolled back.</summary>
    OtherOldSize = 4,

    /// <summary>As many entries as the last one and another root (409): the log lies, and the two signatures show it.</summary>
    Fork = 5,

    /// <summary>The proof does not show that the tree grew from the last one (422).</summary>
    NotConsistent = 6,
}
