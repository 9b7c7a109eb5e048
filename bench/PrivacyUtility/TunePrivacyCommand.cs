using System.CommandLine;
using Federated.Bench.Reporting;
using Federated.Federation.Plans;

namespace Federated.Bench.PrivacyUtility;

/// <summary><c>fed-bench tune-privacy</c>: which rule of private training is best on held-back training rows.</summary>
internal static class TunePrivacyCommand
{
    internal static Command Create()
    {
        var seed = Options.Whole(
            "--seed",
            "Seed of folds, synthetic hospitals and the demonstration's split.",
            DefaultStudy.Seed,
            0,
            int.MaxValue
        );
        var repeats = Options.Whole("--repeats", "Trainings of each fold, each with other noise.", 2, 1, 100);
        var data = Options.Data();
        var command = new Command("tune-privacy", "Choose the settings of private training, by cross-validation on training rows.")
        {
            seed,
            repeats,
            data,
        };
        command.SetAction(parsed =>
        {
            Console.WriteLine(PrivacyTuning.Of(parsed.GetValue(data)!, parsed.GetValue(seed), parsed.GetValue(repeats)).ToText());
            return 0;
        });
        return command;
    }
}
