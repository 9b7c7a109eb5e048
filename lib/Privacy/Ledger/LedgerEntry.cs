using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.Privacy.Ledger;

/// <summary>One line's word: a charge, or what a person decided.</summary>
public abstract record LedgerEntry
{
    private LedgerEntry() { }

    /// <summary>The first line: somebody says that these patients' privacy is counted here from now on.</summary>
    /// <param name="DataSet">Their name.</param>
    /// <param name="Cap">The most that all studies together may cost a patient.</param>
    /// <param name="Act">Who, and why.</param>
    public sealed record Registered(DataSetName DataSet, Budget Cap, HumanAct Act) : LedgerEntry;

    /// <summary>A release is about to leave. On disk before its first byte does.</summary>
    /// <param name="Charge">What it costs.</param>
    public sealed record Charged(Charge Charge) : LedgerEntry;

    /// <summary>Somebody lowered or raised the cap. What was spent stays spent.</summary>
    /// <param name="Cap">The new one.</param>
    /// <param name="Act">Who, and why.</param>
    public sealed record Capped(Budget Cap, HumanAct Act) : LedgerEntry;

    /// <summary>Somebody put a ledger right that was lost, restored, or behind its anchor.</summary>
    /// <param name="Recovery">How.</param>
    /// <param name="Anchor">What the anchor said then: lines, and the hash of the last. 0 and zeros where there was none.</param>
    /// <param name="WrittenOff">Studies whose charges may be lost, each counted as if it had spent all that its plan allows.</param>
    /// <param name="Act">Who, and why.</param>
    public sealed record Recovered(Recovery Recovery, LedgerPosition Anchor, ImmutableArray<WrittenOffStudy> WrittenOff, HumanAct Act)
        : LedgerEntry;
}

/// <summary>Who did something by hand, and why.</summary>
/// <param name="By">User of the operating system, 1 to 200 characters.</param>
/// <param name="Reason">In their words, 1 to 500 characters on one line.</param>
public sealed record HumanAct(string By, string Reason)
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxByLength = 200;

    /// <summary>Longest reason, in characters.</summary>
    public const int MaxReasonLength = 500;

    /// <summary>What is missing, or null.</summary>
    public string? Fault() =>
        By.Length is < 1 or > MaxByLength || By.Any(char.IsControl)
            ? $"The name of who acts has to have 1 to {MaxByLength} characters on one line."
        : string.IsNullOrWhiteSpace(Reason) || Reason.Length > MaxReasonLength || Reason.Any(char.IsControl)
            ? $"The reason has to have 1 to {MaxReasonLength} characters on one line."
        : null;
}

/// <summary>How a ledger was put right.</summary>
public enum Recovery
{
    /// <summary>A person vouches that no charge is missing, as when an anchor was configured later or lost.</summary>
    Complete,

    /// <summary>Charges may be missing; the studies that made them are counted at all that their plans allow.</summary>
    WrittenOff,

    /// <summary>Nobody knows what was spent: nothing is charged here any more.</summary>
    Closed,
}

/// <summary>A place in a ledger.</summary>
/// <param name="Number">Lines up to it; 0 for none.</param>
/// <param name="Hash">SHA-256 of the last of them, without its line feed.</param>
public readonly record struct LedgerPosition(long Number, Digest Hash);

/// <summary>A study whose charges may be lost.</summary>
/// <param name="Plan">Hash of its plan.</param>
/// <param name="Spent">
/// All that the plan allows. The ledger refused every charge beyond it, so that no lost line can have cost more.
/// </param>
public sealed record WrittenOffStudy(Digest Plan, Budget Spent);
