using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>The keys of an attempt are fixed, before anything is masked for them.</summary>
/// <param name="Round">r.</param>
/// <param name="Attempt">a.</param>
/// <param name="H0">Transcript after the invitation.</param>
/// <param name="H1">Transcript after the keys.</param>
/// <param name="Members">U1, ascending.</param>
/// <param name="Log">The checkpoint under which the attempt began.</param>
public sealed record CohortFormation(
    RoundNumber Round,
    AttemptNumber Attempt,
    Digest H0,
    Digest H1,
    ImmutableArray<SiteName> Members,
    TreeHead Log
) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind == EntryKind.CohortFormed;

    internal override CanonicalJson ToJson() =>
        new CanonicalJson()
            .Add("attempt", Attempt.Value)
            .Add("h0", H0.ToString())
            .Add("h1", H1.ToString())
            .Add("log_root", Log.Root.ToString())
            .Add("log_size", Log.Size.ToString())
            .Add("round", Round.Value)
            .Add("u1", EntryFields.Of(Members));

    internal static CohortFormation Read(EntryFields fields)
    {
        var size = 0L;
        if (!AsciiDecimal.TryParse(StrictUtf8.Bytes(fields.Text("log_size")), TreeSize.Most, out size))
        {
            fields.Reader.Fault("log_size", "expected the size of a log as text.");
        }

        return new(
            fields.Round(),
            fields.Attempt(),
            fields.Hash("h0"),
            fields.Hash("h1"),
            fields.Sites("u1"),
            new TreeHead(new TreeSize(size), fields.Hash("log_root"))
        );
    }
}
