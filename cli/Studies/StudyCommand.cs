using System.CommandLine;

namespace Federated.Cli.Studies;

/// <summary><c>fed study …</c>: a researcher's studies.</summary>
internal static class StudyCommand
{
    internal static Command Create() =>
        new("study", "Write a study, submit it as a signed plan, and follow it.")
        {
            ValidateCommand.Create(),
            SubmitCommand.Create(),
            ListCommand.Create(),
            ShowCommand.Create(),
            WatchCommand.Create(),
            EvaluationCommand.Create(),
            CancelCommand.Create(),
            ResumeCommand.Create(),
        };
}
