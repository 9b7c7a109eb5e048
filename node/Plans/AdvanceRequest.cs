using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Node.Plans;

/// <summary>
/// The operator's agreement that attempts up to this one were answered before the journal was restored from a backup:
/// <c>STATE/plans/HASH/advance.json</c>, written by <c>fed-node journal advance</c>, removed once the journal has it.
/// </summary>
/// <param name="Plan">Plan hash; another than the folder's is a fault.</param>
/// <param name="Attempt">The last one that the coordinator knows of.</param>
/// <param name="By">User of the operating system.</param>
internal sealed record AdvanceRequest(Digest Plan, Attempt Attempt, string By)
{
    private const string Format = "federated-advance/1";

    /// <summary>The file's bytes.</summary>
    internal byte[] ToBytes() =>
        new CanonicalJson()
            .Add("format", Format)
            .Add("plan", Plan.ToString())
            .Add("round", Attempt.Round.Value)
            .Add("attempt", Attempt.Number.Value)
            .Add("by", By)
            .ToBytes();

    /// <summary>Reads the file of one plan; null, with the fault, if it is no such request for that plan.</summary>
    internal static AdvanceRequest? Read(ReadOnlyMemory<byte> bytes, Digest plan, out string? fault)
    {
        if (OperatorNote.Open(bytes, Format, plan, out fault) is not { } fields)
        {
            return null;
        }

        var round = new RoundNumber((uint)fields.WholeNumber("round", 1, int.MaxValue));
        var attempt = new AttemptNumber((uint)fields.WholeNumber("attempt", 1, int.MaxValue));
        var by = fields.Text("by");
        if (by.Length > Decision.MaxByLength)
        {
            fields.Fault("by", $"it has {by.Length} characters; at most {Decision.MaxByLength} are kept.");
        }

        return OperatorNote.Close(fields, out fault) ? new AdvanceRequest(plan, new Attempt(round, attempt), by) : null;
    }
}
