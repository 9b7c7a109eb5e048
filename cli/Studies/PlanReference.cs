using System.Globalization;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Hosting;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <summary>What a person types for a study: its plan hash, the first digits of it, or its name.</summary>
internal static class PlanReference
{
    /// <summary>Fewer digits would soon mean several studies.</summary>
    private const int FewestDigits = 6;

    /// <summary>The study's plan hash. A whole hash is taken as it is; all else the coordinator's list must make unambiguous.</summary>
    internal static async Task<Digest> ResolveAsync(string text, StudyClient client, CancellationToken cancellationToken) =>
        Digest.TryParse(text, out var whole) ? whole : HashOf(Find(text, await client.ListAsync(cancellationToken)));

    /// <summary>The one study that is meant.</summary>
    /// <exception cref="OperatorException">None is, or several are.</exception>
    internal static StudyState Find(string text, IReadOnlyList<StudyState> studies)
    {
        var found = studies.Where(study => study.Name == text || IsBeginning(text, HashOf(study))).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new OperatorException($"No study is called '{text}'{Near(text, studies)}", HintFor(text)),
            _ => throw new OperatorException(
                $"'{text}' may be any of {found.Count} studies:\n{string.Join('\n', found.Select(s => $"{HashOf(s).Abbreviated}  {s.Phase, -9}  {s.Name}"))}",
                "give more digits of the plan hash"
            ),
        };
    }

    /// <summary>The plan hash of a state as it came from a coordinator.</summary>
    internal static Digest HashOf(StudyState study) =>
        Digest.TryFrom(study.PlanHash.Span, out var hash)
            ? hash
            : throw new OperatorException($"The coordinator sent a plan hash of {study.PlanHash.Length} bytes.", "report this coordinator");

    private static bool IsBeginning(string text, Digest hash) =>
        text.Length >= FewestDigits && hash.ToString().StartsWith(text, ignoreCase: true, CultureInfo.InvariantCulture);

    private static string Near(string text, IReadOnlyList<StudyState> studies) =>
        NearestName.Among(studies.Select(study => study.Name), text) is { } near ? $"; did you mean '{near}'?" : ".";

    private static string HintFor(string text) =>
        text.Length < FewestDigits && text.All(char.IsAsciiHexDigit)
            ? $"of a plan hash, give at least {FewestDigits} digits; fed study list shows what there is"
            : "fed study list shows what there is";
}
