using System.Collections.Immutable;
using System.Text.Json;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Schemas;
using Federated.Hosting;

namespace Federated.Bench.FlambyHeart;

/// <summary>
/// Reads the four hospitals as FLamby does (Ogier du Terrail et al., NeurIPS 2022, datasets track): slope, ca and thal dropped, then rows with a
/// missing value; chest pain type and resting ECG as indicators without their first level. A cholesterol of 0 counts as measured, as it does there.
/// </summary>
internal static class FlambyData
{
    private const string SplitFile = "flamby-split.json";

    /// <summary>In the published order. No stand-in for a missing value: such a row takes no part.</summary>
    private static readonly ImmutableArray<FeatureSpec> Features =
    [
        new("age"),
        new("sex"),
        new("cp"),
        new("trestbps"),
        new("chol"),
        new("fbs"),
        new("restecg"),
        new("thalach"),
        new("exang"),
        new("oldpeak"),
    ];

    /// <exception cref="OperatorException">A file is missing or is not the published one.</exception>
    internal static IReadOnlyList<FlambyHospital> Read(DirectoryInfo folder) =>
        [
            .. Split(folder)
                .OrderBy(hospital => hospital.Key, StringComparer.Ordinal)
                .Select(hospital => Read(folder, hospital.Key, hospital.Value)),
        ];

    /// <summary>Lines of each hospital's file, from 1, that the published split tests on.</summary>
    internal static IReadOnlyDictionary<string, HashSet<int>> TestLines(DirectoryInfo folder) =>
        Split(folder).ToDictionary(hospital => hospital.Key, hospital => hospital.Value["test"].Select(line => line + 1).ToHashSet());

    private static Dictionary<string, Dictionary<string, int[]>> Split(DirectoryInfo folder)
    {
        var path = Path.Combine(folder.FullName, SplitFile);
        if (!File.Exists(path))
        {
            throw new OperatorException($"{path} does not exist.", "give the folder of the UCI files and the published split with --data");
        }

        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, int[]>>>(File.ReadAllText(path))
            ?? throw new OperatorException($"{path} holds no split.");
    }

    private static FlambyHospital Read(DirectoryInfo folder, string name, Dictionary<string, int[]> split)
    {
        var table = HospitalFiles.Read(Path.Combine(AppContext.BaseDirectory, "mappings", "uci-heart", $"{name}.yaml"), folder.FullName);
        var layout = FeatureLayout.Create(CohortSchema.HeartDisease, Features);
        var rows = FeatureEncoder.EncodeRaw(layout, OutcomeSpec.For(CohortSchema.HeartDisease), table, keepCodesForMissing: true).Rows;

        var positionOfLine = new Dictionary<int, int>(rows.Count); // lines from 0, as the split counts them
        for (var i = 0; i < rows.Count; i++)
        {
            positionOfLine.Add(table.Lines[rows.RowIds[i]] - 1, i);
        }

        var (train, test) = (split["train"], split["test"]);
        var known = train.Concat(test).Where(positionOfLine.ContainsKey).Distinct().Count();
        if (known != rows.Count || known != train.Length + test.Length)
        {
            throw new OperatorException(
                $"{table.Source} has {rows.Count} complete rows; {SplitFile} names {train.Length + test.Length}, of which {known} are among them.",
                "these are not the published files; fetch them again"
            );
        }

        return new FlambyHospital(SiteName.Parse(name), Select(rows, positionOfLine, train), Select(rows, positionOfLine, test));
    }

    private static EncodedRows Select(EncodedRows rows, Dictionary<int, int> positionOfLine, int[] lines) =>
        rows.Select([.. lines.Order().Select(line => positionOfLine[line])]);
}
