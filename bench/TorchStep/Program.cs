using System.Globalization;
using System.Text.Json;
using Federated.Bench.TorchStep;
using static TorchSharp.torch;

// What does a training step cost through TorchSharp's API, against the same step in C++ and in Python?
//   bench/TorchStep [--json] [--repeats N] [--native PATH] [--python PATH]
// Repeats alternate between the implementations, so that a change of clock speed or load meets all alike; the ratios are medians over
// pairs of neighbours.
var json = args.Contains("--json");
var repeats = int.Parse(Option("--repeats", "15"), CultureInfo.InvariantCulture);
var native = Option("--native", Path.Combine(AppContext.BaseDirectory, "../../../native/bench/torch-step"));
var python = Option("--python", "/usr/bin/python3");

if (!File.Exists(native))
{
    Console.Error.WriteLine($"{native} is missing.");
    Console.Error.WriteLine("hint: build it with eng/build-native.sh --bench");
    return 1;
}

set_num_threads(1);
using var cpp = new Peer("C++", native);
using var py = File.Exists(python) ? new Peer("Python", python, Path.Combine(AppContext.BaseDirectory, "step.py")) : null;

var rows = new List<Row> { Measure("one add", "add", 1) };
foreach (
    var (name, widths) in (ReadOnlySpan<(string, string)>)[("logistic", "13-1"), ("small MLP", "13-64-32-1"), ("wide MLP", "13-256-256-1")]
)
{
    foreach (var batch in (ReadOnlySpan<int>)[64, 256])
    {
        rows.Add(Measure(name, widths, batch));
    }
}

if (json)
{
    Console.WriteLine(JsonSerializer.Serialize(rows, RowJson.Default.ListRow));
    return 0;
}

Console.WriteLine("model      widths        batch   C# us   C++ us  Python us   C#/C++  C#/Python");
foreach (var row in rows)
{
    Console.WriteLine(
        $"{row.Model, -10} {row.Widths, -13} {row.Batch, 5} {row.CSharp / 1000, 7:F1} {row.Cpp / 1000, 8:F1} {row.Python / 1000, 10:F1} {row.RatioToCpp, 8:F2} {row.RatioToPython, 10:F2}"
    );
}

return 0;

Row Measure(string name, string widths, int batch)
{
    using IWork work = widths == "add" ? new Addition(batch) : new Training(widths, batch);
    // Until a repeat takes some 50 ms, so that the clock's and the scheduler's grain do not show.
    var steps = (int)Math.Clamp(50e6 / cpp.Time(widths, batch, 500), 100, 50_000);
    work.Time(3 * steps);
    py?.Time(widths, batch, 500);

    var (ours, theirs, pythons) = (new double[repeats], new double[repeats], new double[repeats]);
    for (var i = 0; i < repeats; i++)
    {
        ours[i] = work.Time(steps);
        theirs[i] = cpp.Time(widths, batch, steps);
        pythons[i] = py?.Time(widths, batch, steps) ?? double.NaN;
    }

    var (toCpp, toPython) = (Median(Ratios(ours, theirs)), Median(Ratios(ours, pythons)));
    var ran = py is not null;
    return new Row(name, widths, batch, Median(ours), Median(theirs), ran ? Median(pythons) : null, toCpp, ran ? toPython : null);
}

static double Median(double[] values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

static double[] Ratios(double[] ours, double[] theirs) => [.. ours.Zip(theirs, (our, their) => our / their)];

string Option(string name, string otherwise)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}
