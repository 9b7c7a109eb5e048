using System.Globalization;
using Federated.Federation.Plans;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <summary>A watched study as lines: for people one per event with its time (UTC), for programs one JSON object per event.</summary>
internal sealed class WatchLines(StudyPlan plan, bool isJson)
{
    /// <summary>Prints what happens, to the end.</summary>
    /// <returns>How the study ended, or null if the news did before.</returns>
    internal async Task<StudyDone?> ShowAsync(IAsyncEnumerable<StudyNews> news)
    {
        StudyDone? done = null;
        await foreach (var item in news)
        {
            switch (item)
            {
                case StudyNews.Event { What: var what } when isJson:
                    Console.WriteLine(EventJson.Of(what).ToJsonString());
                    done = what.StudyDone;
                    break;
                case StudyNews.Event { What: var what }:
                    var time = EventText.TimeOf(what).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                    Console.WriteLine($"{time}  {EventText.Of(what, plan)}");
                    done = what.StudyDone;
                    break;
                case StudyNews.Connection connection when isJson:
                    await Console.Error.WriteLineAsync(connection.Text); // no event: a program that reads events needs nothing of it
                    break;
                case StudyNews.Connection connection:
                    Console.WriteLine(connection.Text);
                    break;
            }
        }

        return done;
    }
}
