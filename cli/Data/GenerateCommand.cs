using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Federated.Data.Synthetic;
using Federated.Hosting;

namespace Federated.Cli.Data;

/// <summary><c>fed data generate</c>: hospitals that do not exist, for demonstrations and tests.</summary>
internal static class GenerateCommand
{
    /// <summary>Patients of the first four hospitals; later ones take these sizes in turn. Sizes of the real four.</summary>
    private static readonly int[] Sizes = [303, 294, 123, 200];

    internal static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Where to write; made if it does not exist." };
        var sites = WholeNumber.Option("--sites", "Number of hospitals, 1 to 999.", 4, 1, 999);
        var rows = new Option<int?>("--rows")
        {
            Description = "Patients of each hospital (default: sizes like those of the UCI hospitals).",
        }.Within(1, 1_000_000);
        var seed = new Option<ulong>("--seed") { Description = "Another seed, other patients.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print the list of hospitals as JSON." };
        var command = new Command(
            "generate",
            "Write synthetic hospitals: CSV files with their mappings, as varied as real exports. They describe no real person."
        )
        {
            folder,
            sites,
            rows,
            seed,
            json,
        };
        command.SetAction(parsed =>
        {
            var sizes = SizesOf(parsed.GetValue(sites), parsed.GetValue(rows));
            var hospitals = Write(parsed.GetRequiredValue(folder).FullName, parsed.GetValue(seed), sizes);
            Print(hospitals, parsed.GetRequiredValue(folder).FullName, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    /// <summary>Sizes of so many hospitals.</summary>
    internal static int[] SizesOf(int sites, int? rows) => [.. Enumerable.Range(0, sites).Select(i => rows ?? Sizes[i % Sizes.Length])];

    /// <summary>Writes hospitals into a folder: all of them or none.</summary>
    /// <exception cref="OperatorException">The folder cannot be written; the files that this call had written are removed.</exception>
    internal static IReadOnlyList<SyntheticHospital> Write(string folder, ulong seed, IReadOnlyList<int> sizes)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var files = new Dictionary<string, StringWriter>();
            var hospitals = SyntheticHospitals.Generate(
                seed,
                sizes,
                name => files[name] = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" }
            );
            WriteAll(files.Select(file => (Path.Combine(folder, file.Key), file.Value.ToString())));
            return hospitals;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{folder} cannot be written: {e.Message}", "choose another folder", e);
        }
    }

    /// <summary>A set with some of its hospitals missing would read like a whole one: where one file fails, those before it go.</summary>
    private static void WriteAll(IEnumerable<(string Path, string Text)> files)
    {
        var written = new List<string>();
        try
        {
            foreach (var (path, text) in files)
            {
                PrivateFiles.WriteWhole(path, Encoding.UTF8.GetBytes(text));
                written.Add(path);
            }
        }
        catch (OperatorException e)
        {
            written.ForEach(File.Delete);
            throw new OperatorException(
                e.Message,
                $"free space on that disk or choose another folder; the {written.Count} files written before it were removed",
                e
            );
        }
    }

    private static void Print(IReadOnlyList<SyntheticHospital> hospitals, string folder, bool json)
    {
        if (json)
        {
            var list = hospitals.Select(h => new
            {
                name = h.Name,
                file = Path.Combine(folder, h.CsvFile),
                mapping = Path.Combine(folder, h.MappingFile),
                rows = h.Rows,
                synthetic = true,
            });
            Console.WriteLine(JsonSerializer.Serialize(list));
            return;
        }

        Console.WriteLine($"SYNTHETIC data: {hospitals.Count} hospitals that do not exist, in {folder}");
        foreach (var hospital in hospitals)
        {
            Console.WriteLine($"  {hospital.Name, -10} {hospital.Rows, 7} patients  {hospital.CsvFile}  {hospital.MappingFile}");
        }
    }
}
