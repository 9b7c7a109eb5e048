using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>An attempt failed.</summary>
/// <param name="Round">r.</param>
/// <param name="Attempt">a.</param>
/// <param name="Stage">In which phase.</param>
/// <param name="Code">Why.</param>
/// <param name="Blamed">The site that caused it, where that can be shown; else null.</param>
public sealed record RoundAbort(RoundNumber Round, AttemptNumber Attempt, EntryCode Stage, EntryCode Code, SiteName? Blamed) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind == EntryKind.RoundAborted;

    internal override CanonicalJson ToJson() =>
        new CanonicalJson()
            .Add("attempt", Attempt.Value)
            .Add("blamed", Blamed?.Value ?? "")
            .Add("code", Code.Value)
            .Add("round", Round.Value)
            .Add("stage", Stage.Value);

    internal static RoundAbort Read(EntryFields fields)
    {
        var blamed = fields.Sites("blamed");
        if (blamed.Length > 1)
        {
            fields.Reader.Fault("blamed", "expected one site, or none.");
        }

        return new(fields.Round(), fields.Attempt(), fields.Code("stage"), fields.Code("code"), blamed.IsEmpty ? null : blamed[0]);
    }
}
