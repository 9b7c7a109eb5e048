namespace Federated.Privacy.Ledger;

/// <summary>Why a charge was refused.</summary>
public enum ChargeRefusal
{
    /// <summary>The data set was never registered.</summary>
    Unregistered,

    /// <summary>The data set was closed by a person.</summary>
    Closed,

    /// <summary>The charge itself is malformed, or no accountant can count it.</summary>
    NotCountable,

    /// <summary>This release was charged before: nothing is released twice.</summary>
    ChargedBefore,

    /// <summary>What this study spent was lost, and the whole of its plan was counted as spent.</summary>
    WrittenOff,

    /// <summary>The study would pass what its plan promises.</summary>
    OverStudy,

    /// <summary>The data set would pass its cap.</summary>
    OverCap,

    /// <summary>The two accountants contradict each other: one of them is wrong.</summary>
    Contradiction,

    /// <summary>The ledger on disk may lack charges: an older copy was restored, or releases are known that it does not hold.</summary>
    Behind,
}

/// <summary>What came of a charge. Only <see cref="Charged"/> changed anything.</summary>
public abstract record ChargeResult
{
    private ChargeResult() { }

    /// <summary>The charge counts. Nothing may leave before its line is on disk.</summary>
    /// <param name="Line">The line to write.</param>
    public sealed record Charged(LedgerLine Line) : ChargeResult;

    /// <summary>Nothing was charged and nothing changed.</summary>
    /// <param name="Why">For programs.</param>
    /// <param name="Reason">For people: the thing, the value, the limit and the next step.</param>
    public sealed record Refused(ChargeRefusal Why, string Reason) : ChargeResult;
}

/// <summary>Whether a whole study would fit.</summary>
public abstract record AdmissionResult
{
    private AdmissionResult() { }

    /// <summary>It fits, and so does every part of it.</summary>
    public sealed record Fits : AdmissionResult;

    /// <summary>It does not, or it cannot be counted.</summary>
    /// <param name="Why">For programs.</param>
    /// <param name="Reason">For people.</param>
    public sealed record Refused(ChargeRefusal Why, string Reason) : AdmissionResult;
}
