using System.CommandLine;
using System.Text.Json;
using Federated.Node.Plans;

namespace Federated.Node.Commands;

/// <summary><c>fed-node pause</c> and <c>fed-node resume</c>.</summary>
internal static class PauseCommand
{
    internal static Command CreatePause() =>
        Create(
            "pause",
            "Stop local work without leaving any study: the session stays, nothing is trained or sent until resume. Survives restarts.",
            notes => notes.Pause(CommandOptions.Who, TimeProvider.System.GetUtcNow()),
            "local work is to stop",
            "local work was paused already",
            paused: true
        );

    internal static Command CreateResume() =>
        Create(
            "resume",
            "Go on with local work after pause.",
            notes => notes.Resume(),
            "local work is to go on",
            "local work was not paused",
            paused: false
        );

    private static Command Create(
        string name,
        string description,
        Func<OperatorNotes, bool> change,
        string changed,
        string unchanged,
        bool paused
    )
    {
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(name, description) { config, json };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var news = change(new OperatorNotes(setup.State));
            var when = CommandOptions.WhenTakenUp(setup.State);
            Console.WriteLine(
                parsed.GetValue(json) ? JsonSerializer.Serialize(new { paused, changed = news })
                : news ? $"{changed}; {when}"
                : unchanged
            );
            return 0;
        });
        return command;
    }
}
