using System.Globalization;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Federated.Cli.Studies;

/// <summary>A watched study on a terminal, drawn over itself as it goes on.</summary>
internal sealed class WatchScreen(IAnsiConsole console, StudyPlan plan)
{
    private const int BarWidth = 40;

    private readonly WatchedStudy _study = new(plan);

    /// <summary>Draws what happens, to the end.</summary>
    /// <returns>How the study ended, or null if the news did before.</returns>
    internal async Task<StudyDone?> ShowAsync(IAsyncEnumerable<StudyNews> news)
    {
        await console.Live(Picture()).StartAsync(screen => DrawAsync(news, screen));
        return _study.Done;
    }

    /// <summary>Draws when no more news is waiting: a watcher who comes late sees the state, not a film of how it came about.</summary>
    private async Task DrawAsync(IAsyncEnumerable<StudyNews> news, LiveDisplayContext screen)
    {
        await using var items = news.GetAsyncEnumerator();
        for (var next = items.MoveNextAsync().AsTask(); ; next = items.MoveNextAsync().AsTask())
        {
            if (!next.IsCompleted)
            {
                screen.UpdateTarget(Picture());
            }

            if (!await next)
            {
                screen.UpdateTarget(Picture());
                return;
            }

            _study.Apply(items.Current);
        }
    }

    private Rows Picture() => new(Lines().Append(Sites()).Concat(Notes()));

    private IEnumerable<IRenderable> Lines()
    {
        yield return new Text(plan.Name, new Style(decoration: Decoration.Bold));
        yield return new Columns(new Markup(Bar()), new Text(Standing())) { Expand = false };
        if (_study.LastRounds.Count > 0)
        {
            var times = _study.LastRounds.Select(round =>
                string.Create(CultureInfo.InvariantCulture, $"{EventText.ElapsedOf(round).TotalMilliseconds:f0} ms")
            );
            yield return new Text($"last rounds: {string.Join(", ", times)}", new Style(Color.Grey));
        }
    }

    private string Bar()
    {
        var done = (int)Math.Min(BarWidth, BarWidth * (long)_study.Round / plan.Training.Rounds);
        return $"[green]{new string('━', done)}[/][grey]{new string('━', BarWidth - done)}[/]";
    }

    private string Standing()
    {
        var rounds = $"round {_study.Round} of {plan.Training.Rounds}";
        return _study switch
        {
            { Done.Completed: true } => $"{rounds}, complete",
            { Done: not null } => $"{rounds}, over",
            { Pause: not null } => $"{rounds}, paused",
            { UnderWay: { } now } => $"{rounds}; round {now.Round}, attempt {now.Attempt} is under way",
            { Round: 0 } => "waiting for the sites",
            _ => rounds,
        };
    }

    private Table Sites()
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("site", "standing", "why");
        foreach (var (site, standing, reason) in _study.Sites)
        {
            table.AddRow(new Text(site), new Text(standing, StyleOf(standing)), new Text(ForeignText.Clean(reason)));
        }

        return table;
    }

    private IEnumerable<IRenderable> Notes()
    {
        if (_study.Failure is { } failure)
        {
            yield return new Text(failure, new Style(Color.Yellow));
        }

        if (_study.Pause is { } pause)
        {
            yield return new Text($"paused: {ForeignText.Clean(pause)}", new Style(Color.Yellow));
        }

        if (_study.Away is { } away)
        {
            yield return new Text(away, new Style(Color.Red));
        }

        if (_study.Done is { } done)
        {
            yield return new Text(
                done.Completed
                    ? $"complete; model {Convert.ToHexStringLower(done.ModelHash.Span)}"
                    : $"over without a result: {ForeignText.Clean(done.Reason)}"
            );
        }
    }

    private static Style StyleOf(string standing) =>
        standing switch
        {
            "ready" or "update sent" => new Style(Color.Green),
            "declined" => new Style(Color.Red),
            _ => new Style(Color.Yellow),
        };
}
