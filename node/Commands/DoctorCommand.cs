using System.CommandLine;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Diagnosis;

namespace Federated.Node.Commands;

/// <summary><c>fed-node doctor</c>: checks this machine, and prints the fix for each fault.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "doctor",
            "Check configuration, identity, network, clock, state, ledger, data and libtorch, and print the fix for each fault. Exit code 1 if something failed."
        )
        {
            config,
            json,
        };
        command.TreatUnmatchedTokensAsErrors = false; // settings, as run takes them
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var findings = await new Doctor(TimeProvider.System)
                    .ExamineAsync(
                        parsed.GetValue(config)
                            ?? throw new OperatorException("No configuration file is named.", "start with --config FILE"),
                        parsed.UnmatchedTokens,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                Console.WriteLine(parsed.GetValue(json) ? Json(findings) : string.Join('\n', findings.SelectMany(Lines)));
                return findings.Any(finding => finding.Severity == Severity.Fail) ? Entry.FailureExitCode : 0;
            }
        );
        return command;
    }

    private static IEnumerable<string> Lines(Finding finding)
    {
        var word = finding.Severity switch
        {
            Severity.Ok => "ok  ",
            Severity.Warn => "warn",
            _ => "FAIL",
        };
        yield return $"{word}  {finding.Check, -13}  {ForeignText.CleanLines(finding.Text).ReplaceLineEndings("\n                     ")}";
        if (finding.Fix is { } fix)
        {
            yield return $"      fix: {ForeignText.CleanLines(fix)}";
        }
    }

    private static string Json(IReadOnlyList<Finding> findings) =>
        JsonSerializer.Serialize(
            new
            {
                Failed = findings.Count(finding => finding.Severity == Severity.Fail),
                Checks = findings.Select(finding => new
                {
                    finding.Check,
                    Result = JsonNamingPolicy.SnakeCaseLower.ConvertName(finding.Severity.ToString()),
                    finding.Text,
                    finding.Fix,
                }),
            },
            JsonText.Options
        );
}
