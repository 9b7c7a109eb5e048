using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Node.Plans;

/// <summary>What this site's operator decided on a plan: <c>STATE/plans/HASH/decision.json</c>, written by <c>fed-node plans</c>.</summary>
/// <param name="Plan">Plan hash; another than the folder's is a fault.</param>
/// <param name="Approved">Or rejected.</param>
/// <param name="By">User of the operating system.</param>
/// <param name="At">When.</param>
/// <param name="Reason">In the operator's words; may be empty.</param>
internal sealed record Decision(Digest Plan, bool Approved, string By, DateTimeOffset At, string Reason)
{
    /// <summary>Longest reason, in characters.</summary>
    internal const int MaxReasonLength = 500;

    /// <summary>Longest name of who decided, in characters.</summary>
    internal const int MaxByLength = 200;

    /// <summary>True if it was made after what the journal has. The folder of a plan may come from a backup that is older than the journal.</summary>
    internal bool IsLaterThan(JournalEntry.Decided? known) => known is null || At > known.At;

    private const string Format = "federated-decision/1";

    /// <summary>The file's bytes.</summary>
    internal byte[] ToBytes() =>
        new CanonicalJson()
            .Add("format", Format)
            .Add("plan", Plan.ToString())
            .Add("decision", Approved ? "approved" : "rejected")
            .Add("by", By)
            .Add("at", Timestamps.ToText(At))
            .Add("reason", Reason)
            .ToBytes();

    /// <summary>Reads the file of one plan; null, with the fault, if it is no decision on that plan.</summary>
    internal static Decision? Read(ReadOnlyMemory<byte> bytes, Digest plan, out string? fault)
    {
        if (OperatorNote.Open(bytes, Format, plan, out fault) is not { } fields)
        {
            return null;
        }

        var decision = fields.Choice("decision", ["approved", "rejected"]);
        var by = fields.Text("by");
        var at = fields.Text("at");
        var reason = fields.Text("reason");
        if (!Timestamps.TryParse(at, out var time))
        {
            fields.Fault("at", $"'{at}' is no time.");
        }

        if (by.Length > MaxByLength)
        {
            fields.Fault("by", $"it has {by.Length} characters; at most {MaxByLength} are kept.");
        }

        if (reason.Length > MaxReasonLength)
        {
            fields.Fault("reason", $"it has {reason.Length} characters; at most {MaxReasonLength} are kept.");
        }

        return OperatorNote.Close(fields, out fault) ? new Decision(plan, decision == "approved", by, time, reason) : null;
    }
}
