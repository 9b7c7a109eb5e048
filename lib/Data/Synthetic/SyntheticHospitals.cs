using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation;

namespace Federated.Data.Synthetic;

/// <summary>One synthetic hospital that was written.</summary>
/// <param name="Name">Its name, fit to be a site's name: nord, sud, est, ouest, then site05 and on.</param>
/// <param name="CsvFile">Name of its data file.</param>
/// <param name="MappingFile">Name of its mapping.</param>
/// <param name="Rows">Patients in it.</param>
/// <param name="Prevalence">Share of patients with the outcome that the generator aims at.</param>
public sealed record SyntheticHospital(string Name, string CsvFile, string MappingFile, int Rows, double Prevalence);

/// <summary>Writes hospitals that do not exist, for demonstrations and tests: data files with their mappings, in the variety of real exports.</summary>
/// <remarks>
/// Case mix, prevalence and missing values follow the published summary of the four UCI hospitals (<see cref="HospitalProfile"/>); the outcome is drawn
/// from a stated logistic equation (<see cref="RiskEquation"/>). The same seed gives the same bytes on every platform, and a hospital's patients do
/// not depend on how many hospitals there are. Each file is marked as synthetic by its name, and each mapping by <c>synthetic: true</c>.
/// </remarks>
public static class SyntheticHospitals
{
    private static readonly ImmutableArray<(string Name, HospitalProfile Profile, LocalDialect Dialect)> Known =
    [
        ("nord", HospitalProfile.Nord, LocalDialects.Plain),
        ("sud", HospitalProfile.Sud, LocalDialects.FrenchLetters),
        ("est", HospitalProfile.Est, LocalDialects.EnglishNames),
        ("ouest", HospitalProfile.Ouest, LocalDialects.FrenchNumbers),
    ];

    /// <summary>Writes one hospital for each entry of <paramref name="rows"/>, two files each.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="rows">Patients of each hospital, each at least 1. From the fifth on, hospitals take the four profiles and dialects in turn.</param>
    /// <param name="open">Opens a file of that name for writing UTF-8. The writer is disposed once the file is complete.</param>
    /// <returns>The hospitals, in order.</returns>
    /// <exception cref="ArgumentException">There is no hospital.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A hospital has no patient.</exception>
    public static ImmutableArray<SyntheticHospital> Generate(ulong seed, IReadOnlyList<int> rows, Func<string, TextWriter> open)
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException("Ask for at least one hospital.", nameof(rows));
        }

        foreach (var count in rows)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(rows));
        }

        return [.. rows.Select((count, i) => WriteOne(seed, i, count, open))];
    }

    private static SyntheticHospital WriteOne(ulong seed, int index, int rows, Func<string, TextWriter> open)
    {
        var (known, profile, dialect) = Known[index % Known.Length];
        var name = index < Known.Length ? known : string.Create(CultureInfo.InvariantCulture, $"site{index + 1:D2}");
        var hospital = new SyntheticHospital(name, $"synthetic-{name}.csv", $"synthetic-{name}.yaml", rows, profile.Prevalence);
        var sampler = new PatientSampler(
            profile,
            new KeyedRandom(string.Create(CultureInfo.InvariantCulture, $"federated/synthetic-hospital/{seed}/{name}"))
        );
        using (var csv = open(hospital.CsvFile))
        {
            DialectWriter.WriteRows(csv, dialect, Enumerable.Range(0, rows).Select(_ => sampler.Next()));
        }

        using (var yaml = open(hospital.MappingFile))
        {
            DialectWriter.WriteMapping(yaml, dialect, hospital.CsvFile, profile);
        }

        return hospital;
    }
}
