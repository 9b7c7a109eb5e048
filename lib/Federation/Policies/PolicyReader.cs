using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Documents;
using Federated.Federation.Plans;
using Federated.Federation.Schemas;

namespace Federated.Federation.Policies;

/// <summary>Reads a site's policy, and reports every fault in it at once. An unknown key is a fault: a rule that was skipped would allow what it forbids.</summary>
public static class PolicyReader
{
    private const string NotEmpty = "an empty list allows nothing at all; leave the key out if you ask nothing here.";

    /// <summary>Reads it.</summary>
    /// <param name="document">The file, without its syntax.</param>
    /// <param name="zones">What this machine knows of time zones: null for a name that it does not know. <c>UTC</c> and offsets such as <c>+02:00</c> are not asked for.</param>
    public static PolicyResult Read(DocumentNode document, Func<string, TimeZoneInfo?> zones)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(zones);
        var root = DocumentReader.Root(document);
        if (root.Text("format") is var format && format != SitePolicy.Format)
        {
            root.Fault("format", $"'{format}' is not known to this release, which reads {SitePolicy.Format}.");
        }

        var policy = new SitePolicy
        {
            Approval = ApprovalModes.Of(root.Choice("approval", ApprovalModes.Words, ApprovalMode.Human.Word())),
            ApprovalDays = Days(root, "approval_expires_after"),
            Expires = Day(root, "expires"),
            Purposes = Texts(root, "purposes", PurposeFault),
            Researchers = Texts(root, "researchers", SiteName.Fault),
            Features = Words(root, "features", [.. Inputs()]),
        };
        policy = WithModels(policy, root.Section("models", isOptional: true));
        policy = WithPrivacy(policy, root.Section("privacy", isOptional: true));
        policy = WithCohort(policy, root.Section("cohort", isOptional: true));
        policy = policy with { Windows = root.Has("windows") ? WindowReader.Read(root.Section("windows"), zones) : null };
        root.RefuseUnknownKeys();
        return root.FaultCount == 0 ? new PolicyResult.Valid(policy) : new PolicyResult.Invalid([.. root.Faults]);
    }

    private static SitePolicy WithModels(SitePolicy policy, DocumentReader section)
    {
        policy = policy with { Kinds = Words(section, "kinds", ModelPlan.Kinds), MostParameters = WholeNumber(section, "most_parameters") };
        section.RefuseUnknownKeys();
        return policy;
    }

    private static SitePolicy WithPrivacy(SitePolicy policy, DocumentReader section)
    {
        policy = policy with
        {
            WithoutPrivacy = section.Choice("without", ["refuse", "allow"], "refuse") == "allow",
            Units = Words(section, "units", PrivacyPlan.Units),
            Study = Limit(section, "study"),
            Total = Limit(section, "total"),
            Noise = Words(section, "noise", PrivacyPlan.Noises),
            NoiseFloor = section.Has("noise_floor") ? section.Number("noise_floor") : null,
        };
        if (policy.NoiseFloor is { } floor && !(floor is > 0 and <= 1e6))
        {
            section.Fault("noise_floor", $"{SitePolicy.Number(floor)} is no noise multiplier; set it above 0, or leave it out.");
        }

        section.RefuseUnknownKeys();
        return policy;
    }

    private static SitePolicy WithCohort(SitePolicy policy, DocumentReader section)
    {
        policy = policy with
        {
            MinimumSites = WholeNumber(section, "minimum_sites"),
            ExpectedPatients = WholeNumber(section, "expected_patients"),
        };
        section.RefuseUnknownKeys();
        return policy;
    }

    private static PolicyLimit? Limit(DocumentReader parent, string key)
    {
        if (!parent.Has(key))
        {
            return null;
        }

        var section = parent.Section(key);
        var limit = new PolicyLimit(section.Number("epsilon"), section.Number("delta"));
        section.RefuseUnknownKeys();
        if (!(limit.Epsilon is > 0 and <= PrivacyPlan.MostEpsilon))
        {
            section.Fault("epsilon", $"{SitePolicy.Number(limit.Epsilon)} is outside 0 to {PrivacyPlan.MostEpsilon} (1 to 8 is usual).");
        }

        if (!(limit.Delta is > 0 and < 1))
        {
            section.Fault("delta", $"{SitePolicy.Number(limit.Delta)} is outside 0 to 1 (1e-5 is usual).");
        }

        return limit;
    }

    private static int? WholeNumber(DocumentReader section, string key) =>
        section.Has(key) ? section.WholeNumber(key, 1, 1_000_000_000) : null;

    private static ImmutableArray<string>? Words(DocumentReader section, string key, IReadOnlyCollection<string> choices) =>
        section.Has(key) ? Set(section, key, section.FaultCount, section.Choices(key, choices)) : null;

    private static ImmutableArray<string>? Texts(DocumentReader section, string key, Func<string, string?> faultOf)
    {
        if (!section.Has(key))
        {
            return null;
        }

        var before = section.FaultCount;
        var texts = section.Texts(key);
        foreach (var fault in texts.Select(faultOf).OfType<string>())
        {
            section.Fault(key, fault);
        }

        return Set(section, key, before, texts);
    }

    private static ImmutableArray<string> Set(DocumentReader section, string key, int before, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty && section.FaultCount == before)
        {
            section.Fault(key, NotEmpty);
        }

        return [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string? PurposeFault(string purpose) =>
        purpose.Length is 0 or > StudyPlan.MaxPurposeLength
            ? $"a purpose has 1 to {StudyPlan.MaxPurposeLength} characters, as in a plan; this one has {purpose.Length}."
            : null;

    /// <summary>Whatever some schema can give a model; never what is to be predicted.</summary>
    private static IEnumerable<string> Inputs() =>
        CohortSchema
            .BuiltIn.SelectMany(schema => schema.Variables.Select(variable => variable.Name).Where(name => name != schema.Outcome))
            .Distinct();

    private static int? Days(DocumentReader root, string key)
    {
        if (!root.Has(key))
        {
            return null;
        }

        var text = root.Text(key, expected: "a number of days, such as 90d");
        if (
            text.EndsWith('d')
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is >= 1 and <= SitePolicy.MostApprovalDays
        )
        {
            return days;
        }

        root.Fault(key, $"'{text}' is no number of days; write 1d to {SitePolicy.MostApprovalDays}d, such as 90d.");
        return null;
    }

    private static DateOnly? Day(DocumentReader root, string key)
    {
        if (!root.Has(key))
        {
            return null;
        }

        var text = root.Text(key, expected: "a day, such as 2031-12-31");
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year < 9999)
        {
            return day;
        }

        root.Fault(key, $"'{text}' is no day; write it like 2031-12-31.");
        return null;
    }
}
