using System.CommandLine;
using Federated.Bench.Reporting;
using Federated.Hosting;

namespace Federated.Bench.PrivacyUtility;

/// <summary><c>fed-bench privacy-utility</c>: what a guarantee for each patient costs in AUROC and accuracy, on four real hospitals.</summary>
internal static class PrivacyUtilityCommand
{
    internal static Command Create()
    {
        var seeds = Options.Whole("--seeds", "Trainings of each method at each epsilon, 2 to 1000.", 30, 2, 1000);
        var data = Options.Data();
        var json = Options.Json();
        var plot = new Option<FileInfo?>("--plot") { Description = "Draw the curves to this file, as SVG." };
        var command = new Command(
            "privacy-utility",
            "AUROC and accuracy at epsilon 0.1 to 8 and without privacy: federated with shared noise, pooled, local noise with averaging."
        )
        {
            seeds,
            data,
            json,
            plot,
        };
        command.SetAction(parsed =>
        {
            var (figures, drawing) = (parsed.GetValue(json), parsed.GetValue(plot));
            JsonFile.RefuseUnwritable(figures);
            JsonFile.RefuseUnwritable(drawing, "--plot");
            var report = PrivacyUtilityRun.Of(parsed.GetValue(data)!, parsed.GetValue(seeds));
            Console.WriteLine(report.ToText());
            JsonFile.Write(figures, report.ToJson());
            if (drawing is not null)
            {
                PrivateFiles.WriteWhole(drawing.FullName, System.Text.Encoding.UTF8.GetBytes(UtilityPlot.Of(report)));
            }

            return 0;
        });
        return command;
    }
}
