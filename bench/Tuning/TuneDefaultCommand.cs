using System.CommandLine;
using Federated.Bench.Reporting;

namespace Federated.Bench.Tuning;

/// <summary><c>fed-bench tune-default</c>: where the settings of <see cref="Federation.Plans.DefaultStudy"/> come from.</summary>
internal static class TuneDefaultCommand
{
    internal static Command Create()
    {
        var seed = Options.Whole("--seed", "Seed of folds, splits and shuffles.", 1, 0, int.MaxValue);
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command(
            "tune-default",
            "Choose the default training settings by cross-validation inside the training rows of four studies; no row on which the published benchmark tests takes part."
        )
        {
            data,
            seed,
            json,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(json);
            JsonFile.RefuseUnwritable(file);
            var report = TuningRun.Of(parsed.GetValue(data)!, parsed.GetValue(seed));
            Console.WriteLine(report.ToText());
            JsonFile.Write(file, report.ToJson());
            return 0;
        });
        return command;
    }
}
