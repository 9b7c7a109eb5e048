using System.Collections.Immutable;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Node.Plans;

/// <summary>What this site's people decided on a plan: <c>STATE/plans/HASH/decision.json</c>, written by <c>fed-node plans</c>.</summary>
/// <param name="Plan">Plan hash; another than the folder's is a fault.</param>
/// <param name="Made">One decision; or the approvals of several persons, in order. At least one.</param>
internal sealed record Decision(Digest Plan, ImmutableArray<JournalEntry.Decided> Made)
{
    private const int SaltBytes = 16;

    /// <summary>Random, in hexadecimal: the log has a hash of the file, from which nobody is to guess names and times. Empty in files of releases before 0.5.</summary>
    internal string Salt { get; init; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>Longest reason, in characters.</summary>
    internal const int MaxReasonLength = 500;

    /// <summary>Longest name of who decided, in characters.</summary>
    internal const int MaxByLength = 200;

    /// <summary>More persons than any policy asks for.</summary>
    private const int MostMade = 16;

    private const string Format = "federated-decision/2";
    private const string Earlier = "federated-decision/1"; // of releases before 0.5: one decision, its fields beside the format

    /// <summary>One decision alone.</summary>
    internal static Decision Of(JournalEntry.Decided made) => new(made.Plan, [made]);

    /// <summary>The decisions that the journal does not have yet; null if they are older than what it has, as after a restore of the plan's folder.</summary>
    internal ImmutableArray<JournalEntry.Decided>? NewerThan(PlanHistory history)
    {
        ImmutableArray<JournalEntry.Decided> unknown =
        [
            .. Made.Where(made => made != history.Decision && !history.Approvals.Contains(made)),
        ];
        ImmutableArray<JournalEntry.Decided> newer = [.. unknown.Where(made => history.Decision is not { } last || made.At > last.At)];
        return newer.IsEmpty && !unknown.IsEmpty ? null : newer;
    }

    /// <summary>The file's bytes.</summary>
    internal byte[] ToBytes() =>
        new CanonicalJson()
            .Add("format", Format)
            .Add("plan", Plan.ToString())
            .Add("salt", Salt)
            .Add("decisions", Made.Select(made => DecisionFields.Add(new CanonicalJson().Add("decision", made.Word), made)))
            .ToBytes();

    /// <summary>Reads the file of one plan; null, with the fault, if it is no decision on that plan.</summary>
    internal static Decision? Read(ReadOnlyMemory<byte> bytes, Digest plan, out string? fault)
    {
        if (OperatorNote.Open(bytes, [Format, Earlier], plan, out var format, out fault) is not { } fields)
        {
            return null;
        }

        var lines = format == Earlier ? [fields] : fields.Sections("decisions");
        if (lines.Length is 0 or > MostMade)
        {
            fields.Fault("decisions", $"it has {lines.Length} decisions; 1 to {MostMade} are read.");
        }

        ImmutableArray<JournalEntry.Decided> made = [.. lines.Select(line => ReadOne(line, plan))];
        if (made.Length > 1 && !made.All(one => one.Approved))
        {
            fields.Fault("decisions", "several decisions are approvals all, or they contradict each other.");
        }

        var salt = format == Earlier ? "" : fields.Text("salt");
        return OperatorNote.Close(fields, out fault) ? new Decision(plan, made) { Salt = salt } : null;
    }

    private static JournalEntry.Decided ReadOne(DocumentReader fields, Digest plan)
    {
        var made = DecisionFields.Read(fields, plan, fields.Choice("decision", DecisionFields.Words));
        if (made.By.Length > MaxByLength)
        {
            fields.Fault("by", $"it has {made.By.Length} characters; at most {MaxByLength} are kept.");
        }

        if (made.Reason.Length > MaxReasonLength)
        {
            fields.Fault("reason", $"it has {made.Reason.Length} characters; at most {MaxReasonLength} are kept.");
        }

        fields.RefuseUnknownKeys();
        return made;
    }
}
