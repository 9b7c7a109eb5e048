using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <summary>A study's state for people and for programs.</summary>
internal static class StateText
{
    /// <summary>The name, as it may stand on a terminal.</summary>
    internal static string NameOf(StudyState study) => ForeignText.Clean(study.Name);

    /// <summary><c>paused after round 3 of 40: …</c></summary>
    internal static string Of(StudyState study)
    {
        var reason = study.Reason.Length == 0 ? "" : $": {ForeignText.Clean(study.Reason)}";
        return $"{ForeignText.Clean(study.Phase)} after round {study.Round} of {study.Rounds}{reason}";
    }

    /// <summary><c>declined: …</c></summary>
    internal static string Of(SiteState site) =>
        site.Reason.Length == 0
            ? ForeignText.Clean(site.Standing)
            : $"{ForeignText.Clean(site.Standing)}: {ForeignText.Clean(site.Reason)}";

    internal static JsonObject Json(StudyState study) =>
        new()
        {
            ["plan_hash"] = PlanReference.HashOf(study).ToString(),
            ["name"] = study.Name,
            ["phase"] = study.Phase,
            ["reason"] = study.Reason,
            ["round"] = study.Round,
            ["rounds"] = study.Rounds,
            ["submitted_by"] = study.SubmittedBy,
            ["sites"] = new JsonArray([
                .. study.Sites.Select(site => new JsonObject
                {
                    ["site"] = site.Site,
                    ["standing"] = site.Standing,
                    ["reason"] = site.Reason,
                }),
            ]),
        };
}
