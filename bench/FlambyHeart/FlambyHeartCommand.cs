using System.CommandLine;
using Federated.Bench.Reporting;

namespace Federated.Bench.FlambyHeart;

/// <summary><c>fed-bench flamby-heart</c>: the published benchmark on four real hospitals, then our own default on the same rows.</summary>
internal static class FlambyHeartCommand
{
    internal static Command Create()
    {
        var seeds = Options.Whole("--seeds", "Trainings of each method, 2 to 1000.", 30, 2, 1000);
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command(
            "flamby-heart",
            "Repeat the published Fed-Heart-Disease figures (FLamby), and compare our federated default with pooled training on the same rows."
        )
        {
            seeds,
            data,
            json,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(json);
            JsonFile.RefuseUnwritable(file);
            var report = FlambyHeartRun.Of(parsed.GetValue(data)!, parsed.GetValue(seeds));
            Console.WriteLine(report.ToText());
            JsonFile.Write(file, report.ToJson());
            return 0;
        });
        return command;
    }
}
