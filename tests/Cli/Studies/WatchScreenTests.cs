using Federated.Cli.Studies;
using Federated.Fixtures;
using Federated.V1;
using Google.Protobuf;
using Spectre.Console;

namespace Federated.Cli.Tests.Studies;

/// <summary>What a researcher sees on a terminal.</summary>
[TestClass]
public sealed class WatchScreenTests
{
    private static readonly StudyEvent[] Begun =
    [
        new() { SiteJoined = new SiteJoined { Site = "nord" } },
        new()
        {
            SiteWaiting = new SiteWaiting { Site = "sud", Reason = "its operator has not approved the plan" },
        },
        new()
        {
            RoundStarted = new RoundStarted { Round = 1, Attempt = 1 },
        },
        new()
        {
            VectorReceived = new VectorReceived { Site = "nord", Round = 1 },
        },
    ];

    [TestMethod]
    public async Task The_sites_stand_there_with_what_they_wait_for()
    {
        var (screen, done) = await ShowAsync(Begun);

        Assert.IsNull(done);
        Assert.Contains("round 1, attempt 1 is under way", screen);
        Assert.MatchesRegex("nord +update sent", screen);
        Assert.MatchesRegex("sud +waiting +its operator has not approved the plan", screen);
        Assert.MatchesRegex("est +away", screen);
    }

    [TestMethod]
    public async Task A_failed_attempt_and_a_pause_say_why_and_what_can_be_done()
    {
        var (screen, _) = await ShowAsync([
            .. Begun,
            new()
            {
                AttemptFailed = new AttemptFailed
                {
                    Round = 1,
                    Attempt = 1,
                    Reason = "too few.",
                },
            },
            new() { StudyPaused = new StudyPaused { Reason = "sud left for good; fed study resume goes on without it" } },
        ]);

        Assert.Contains("round 1, attempt 1 failed: too few.", screen);
        Assert.Contains("round 0 of 2, paused", screen);
        Assert.Contains("paused: sud left for good; fed study resume goes on without it", screen);
    }

    [TestMethod]
    public async Task The_end_shows_the_model_and_nothing_that_is_over()
    {
        var hash = ByteString.CopyFrom(new byte[32]);
        var (screen, done) = await ShowAsync([
            .. Begun,
            new() { AttemptFailed = new AttemptFailed { Reason = "too few." } },
            Round(1, 12_000),
            Round(2, 8_000),
            new()
            {
                StudyDone = new StudyDone { Completed = true, ModelHash = hash },
            },
        ]);

        Assert.IsTrue(done!.Completed);
        Assert.Contains("round 2 of 2, complete", screen);
        Assert.Contains("last rounds: 12 ms, 8 ms", screen);
        Assert.Contains($"complete; model {new string('0', 64)}", screen);
        Assert.DoesNotContain("too few", screen);
    }

    [TestMethod]
    public async Task A_reason_with_markup_in_it_is_shown_as_it_is()
    {
        var (screen, _) = await ShowAsync([
            new()
            {
                SiteLeft = new SiteLeft { Site = "nord", Reason = "[red]x[/] [/]" },
            },
        ]);

        Assert.Contains("[red]x[/] [/]", screen);
    }

    [TestMethod]
    public async Task A_site_outside_the_roster_is_not_shown()
    {
        var (screen, _) = await ShowAsync([new() { SiteJoined = new SiteJoined { Site = "intruder" } }]);

        Assert.DoesNotContain("intruder", screen);
    }

    private static StudyEvent Round(uint round, uint microseconds) =>
        new()
        {
            RoundDone = new RoundDone
            {
                Round = round,
                Attempt = 1,
                Survivors = 3,
                ElapsedUs = microseconds,
            },
        };

    /// <summary>The last picture, as text.</summary>
    private static async Task<(string Screen, StudyDone? Done)> ShowAsync(params StudyEvent[] events)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }
        );
        console.Profile.Width = 120;
        var done = await new WatchScreen(console, SamplePlan.For("est", "nord", "sud")).ShowAsync(News(events));
        return (output.ToString(), done);
    }

    private static async IAsyncEnumerable<StudyNews> News(StudyEvent[] events)
    {
        foreach (var what in events)
        {
            yield return new StudyNews.Event(what);
        }

        await Task.CompletedTask;
    }
}
