using Federated.Cli.Studies;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.V1;
using Spectre.Console;

namespace Federated.Cli.Demo;

/// <summary>Shows a running study: a bar on a terminal, a line now and then elsewhere.</summary>
internal sealed class DemoProgress(IAnsiConsole console, StudyPlan plan, string logs)
{
    private readonly List<TimeSpan> _roundTimes = [];

    /// <summary>From invitation to committed sum, of each round in order.</summary>
    internal IReadOnlyList<TimeSpan> RoundTimes => _roundTimes;

    /// <summary>Follows the study to its end.</summary>
    /// <exception cref="OperatorException">The study did not complete.</exception>
    internal async Task FollowAsync(IAsyncEnumerable<StudyEvent> events)
    {
        if (console.Profile.Capabilities.Interactive)
        {
            await console
                .Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
                .StartAsync(bar => FollowAsync(events, bar.AddTask("waiting for the sites", maxValue: plan.Training.Rounds)));
        }
        else
        {
            await FollowAsync(events, bar: null);
        }
    }

    private async Task FollowAsync(IAsyncEnumerable<StudyEvent> events, ProgressTask? bar)
    {
        var joined = 0;
        StudyDone? done = null;
        await foreach (var what in events)
        {
            switch (what.KindCase)
            {
                case StudyEvent.KindOneofCase.SiteJoined:
                    joined++;
                    Say(bar, $"{joined} of {plan.Sites.Length} sites", line: joined == plan.Sites.Length);
                    break;
                case StudyEvent.KindOneofCase.SiteLeft:
                    joined--;
                    console.WriteLine(EventText.Of(what, plan));
                    break;
                case StudyEvent.KindOneofCase.SiteDeclined:
                case StudyEvent.KindOneofCase.SiteWaiting:
                case StudyEvent.KindOneofCase.AttemptFailed:
                    console.WriteLine(EventText.Of(what, plan));
                    break;
                case StudyEvent.KindOneofCase.StudyPaused: // nobody is there to resume a demonstration
                    throw new OperatorException(
                        $"The study cannot go on: {what.StudyPaused.Reason}",
                        $"the logs of coordinator and nodes say more: {logs}"
                    );
                case StudyEvent.KindOneofCase.RoundDone:
                    Done(what.RoundDone, bar);
                    break;
                case StudyEvent.KindOneofCase.StudyDone:
                    done = what.StudyDone;
                    break;
                default:
                    break;
            }
        }

        if (done is not { Completed: true })
        {
            throw new OperatorException(
                $"The study did not complete: {done?.Reason ?? "the coordinator stopped."}",
                $"the logs of coordinator and nodes say more: {logs}"
            );
        }
    }

    private void Done(RoundDone round, ProgressTask? bar)
    {
        _roundTimes.Add(EventText.ElapsedOf(round));
        bar?.Value(round.Round);
        var tenth = Math.Max(1, plan.Training.Rounds / 10);
        Say(bar, EventText.Of(round, plan), line: round.Round % tenth == 0);
    }

    private void Say(ProgressTask? bar, string text, bool line)
    {
        if (bar is not null)
        {
            bar.Description = text;
        }
        else if (line)
        {
            console.WriteLine(text);
        }
    }
}
