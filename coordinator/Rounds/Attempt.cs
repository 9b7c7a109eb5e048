using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Log;
using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;

namespace Federated.Coordinator.Rounds;

/// <summary>One attempt at one round: the protocol's machine, and what the coordinator knows around it. Driven by the study's loop.</summary>
/// <param name="machine">The protocol.</param>
/// <param name="processes">Which process of each invited site was invited; another one has lost the attempt's keys. A site that was away just then is not in it.</param>
/// <param name="invitedAt">Timestamp of the invitation.</param>
/// <param name="log">The checkpoint that the invitation names.</param>
internal sealed class Attempt(AggregatorAttempt machine, IReadOnlyDictionary<SiteName, Guid> processes, long invitedAt, PublishedLog log)
{
    private readonly Dictionary<SiteName, Guid> _processes = new(processes);

    internal AggregatorAttempt Machine => machine;

    internal RoundNumber Round => machine.Terms.Round;

    internal AttemptNumber Number => machine.Terms.Attempt;

    internal long InvitedAt => invitedAt;

    internal PublishedLog Log => log;

    /// <summary>Masked inputs that are on their way; a broken connection leaves a half one here.</summary>
    internal Dictionary<SiteName, InputAssembly> Uploads { get; } = [];

    /// <summary>The stage whose deadline is set.</summary>
    internal string TimedStage { get; set; } = "";

    internal bool Is(RoundNumber round, AttemptNumber number) => Round == round && Number == number;

    /// <summary>Sites that are out for good, and why: no later stage waits for them either.</summary>
    internal SortedDictionary<SiteName, string> Left { get; } = [];

    /// <summary>True if that process of an invited site has the attempt's keys or can still make them: it was invited, or is the first that comes.</summary>
    internal bool Admits(SiteName site, Guid process)
    {
        _processes.TryAdd(site, process);
        return _processes[site] == process;
    }

    /// <summary>Closes the round over its open sum: the proof's bytes, and H4.</summary>
    internal (byte[] Proof, Digest Result) Conclude(Digest sumHash, Digest nextModelHash)
    {
        var proof = machine.Conclude(sumHash, nextModelHash);
        return (proof.ToBytes(), RoundResult.Parse(proof.Result.Body)!.Result);
    }

    /// <summary>Lets go of half inputs.</summary>
    internal void Close(UploadRoom room)
    {
        foreach (var upload in Uploads.Values.Where(room.TryResume))
        {
            upload.Dispose();
        }

        Uploads.Clear();
    }
}
