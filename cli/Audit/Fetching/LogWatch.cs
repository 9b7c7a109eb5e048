using System.Globalization;
using Federated.Cli.Studies;
using Federated.Federation.Documents;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Tiles;

namespace Federated.Cli.Audit.Fetching;

/// <summary>Follows a log: whatever the coordinator shows has to be what it showed before, grown, and is on disk before it is said.</summary>
internal sealed class LogWatch(AuditClient client, AuditFolder folder, ConsortiumRoot root, bool isJson)
{
    private readonly LogFetch _fetch = new(client, folder, root);

    /// <summary>Looks once.</summary>
    /// <exception cref="LogAlarmException">It is not the log that was seen before, grown.</exception>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var offer = await _fetch.OfferAsync(cancellationToken);
        var before = folder.Head;
        if (offer.Newest.Checkpoint.Head == before)
        {
            return;
        }

        var (_, checkpoint) = await _fetch.ArriveAsync(offer.Newest, cancellationToken);
        folder.Install(checkpoint);
        Say(checkpoint, before.Size.Value);
    }

    /// <summary>
    /// Looks again and again, until cancelled. A coordinator that goes away, or serves others first, is waited for; one that was not there in the first place is not.
    /// </summary>
    /// <exception cref="LogAlarmException">It is not the log that was seen before, grown.</exception>
    internal async Task FollowAsync(TimeSpan every, TimeProvider time, CancellationToken cancellationToken)
    {
        string? waits = null; // for what; said once
        for (var isThere = false; ; await Task.Delay(every, time, cancellationToken))
        {
            try
            {
                await LookAsync(cancellationToken);
                if (waits is not null)
                {
                    await Console.Error.WriteLineAsync("the coordinator is back");
                }

                (isThere, waits) = (true, null);
            }
            catch (OperatorException e)
                when (CoordinatorCalls.IsBusy(e) || CoordinatorCalls.IsCutOff(e) || (isThere && CoordinatorCalls.IsAway(e)))
            {
                isThere = true;
                var why = CoordinatorCalls.IsAway(e)
                    ? "the coordinator does not answer; trying again until it does"
                    : $"{e.Message} Trying again with every look until it goes on.";
                if (waits != why)
                {
                    await Console.Error.WriteLineAsync(why);
                    waits = why;
                }
            }
        }
    }

    private void Say(SignedCheckpoint checkpoint, long from)
    {
        var head = checkpoint.Checkpoint.Head;
        var tree = new TiledTree(head, path => folder.Read(path.ToString()));
        for (var index = from; index < head.Size.Value; index++)
        {
            var entry = AuditOptions.Read(tree, index);
            Console.WriteLine(isJson ? ShowCommand.Json(index, entry) : ShowCommand.Line(index, entry));
        }

        Console.WriteLine(
            isJson
                ? new CanonicalJson().Add("checkpoint", head.Size.Value).Add("root", head.Root.ToString()).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"checkpoint of {head.Size} entries, root {head.Root}")
        );
    }
}
