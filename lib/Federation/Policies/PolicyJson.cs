using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Documents;

namespace Federated.Federation.Policies;

/// <summary>Policies as canonical JSON: what is hashed.</summary>
internal static class PolicyJson
{
    internal static CanonicalJson Of(SitePolicy policy)
    {
        var json = new CanonicalJson().Add("format", SitePolicy.Format).Add("approval", policy.Approval.Word());
        if (policy.ApprovalDays is { } days)
        {
            json.Add("approval_expires_after", string.Create(CultureInfo.InvariantCulture, $"{days}d"));
        }

        if (policy.Expires is { } last)
        {
            json.Add("expires", SitePolicy.Day(last));
        }

        Add(json, "purposes", policy.Purposes);
        Add(json, "researchers", policy.Researchers);
        Add(json, "features", policy.Features);
        var models = Add(new CanonicalJson(), "kinds", policy.Kinds);
        json.Add("models", Add(models, "most_parameters", policy.MostParameters));
        json.Add("privacy", Privacy(policy));
        var cohort = Add(new CanonicalJson(), "minimum_sites", policy.MinimumSites);
        json.Add("cohort", Add(cohort, "expected_patients", policy.ExpectedPatients));
        return policy.Windows is { } windows ? json.Add("windows", windows.ToJson()) : json;
    }

    private static CanonicalJson Privacy(SitePolicy policy)
    {
        var json = new CanonicalJson().Add("without", policy.WithoutPrivacy ? "allow" : "refuse");
        Add(json, "units", policy.Units);
        Add(json, "study", policy.Study);
        Add(json, "total", policy.Total);
        Add(json, "noise", policy.Noise);
        return policy.NoiseFloor is { } floor ? json.AddDecimal("noise_floor", floor) : json;
    }

    private static CanonicalJson Add(CanonicalJson json, string key, ImmutableArray<string>? texts) =>
        texts is { } some ? json.Add(key, some) : json;

    private static CanonicalJson Add(CanonicalJson json, string key, int? number) => number is { } some ? json.Add(key, some) : json;

    private static void Add(CanonicalJson json, string key, PolicyLimit? limit)
    {
        if (limit is not null)
        {
            json.Add(key, new CanonicalJson().AddDecimal("epsilon", limit.Epsilon).AddDecimal("delta", limit.Delta));
        }
    }
}
