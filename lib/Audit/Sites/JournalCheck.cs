using Federated.Audit.Checks;
using Federated.Federation;
using Federated.SecureAggregation.Journals;

namespace Federated.Audit.Sites;

/// <summary>
/// (h) A site's journal: a chain of lines that says the same of every round as the log. What the site released for studies of the log is in the log's rounds, and nothing else.
/// </summary>
/// <param name="studies">Of the verified log.</param>
/// <param name="unregistered">Counts lines of plans that the log never registered, such as those from before there was a log.</param>
internal sealed class JournalCheck(IReadOnlyDictionary<Digest, StudyAudit> studies, UnregisteredCount unregistered)
{
    private readonly Dictionary<(Digest Plan, RoundNumber Round, AttemptNumber Attempt), Digest> _released = [];
    private readonly Dictionary<Digest, RoundNumber> _last = []; // the last round of a plan that the journal speaks of
    private JournalHistory _history = JournalHistory.Empty;
    private Digest _head;

    /// <summary>Where a journal contradicts itself or the log, or null.</summary>
    public AuditFault? Fault(GivenFile journal) => WholeLines.Each(journal, Take) ?? Missing(journal);

    private string? Take(int number, ReadOnlyMemory<byte> bytes)
    {
        if (JournalLine.Read(bytes, out var fault) is not { } line)
        {
            return $"{fault}.";
        }

        if (line.Number != number || line.Previous != _head)
        {
            return "it does not follow the line before it: one of the two was changed, or one is missing.";
        }

        if (_history.With(line.Entry, out fault) is not { } next)
        {
            return $"{fault}.";
        }

        (_history, _head) = (next, line.Hash);
        return line.Entry switch
        {
            JournalEntry.Releasing released => Released(released),
            JournalEntry.Committed committed => Committed(committed),
            _ => null,
        };
    }

    private string? Released(JournalEntry.Releasing said)
    {
        var (round, attempt) = (said.Attempt.Round, said.Attempt.Number);
        if (!studies.TryGetValue(said.Plan, out var study))
        {
            unregistered.Add(said.Plan);
            return null;
        }

        if (!study.HadCohort(round, attempt, _history.Site!.Value))
        {
            return $"it releases for {said.Attempt} of '{study.Plan.Name}', for which the log has no cohort with {_history.Site}: the attempt was hidden, or the log is older than the journal. Fetch the log again.";
        }

        _released[(said.Plan, round, attempt)] = said.Vector;
        _last[said.Plan] = round;
        return
            study.RoundOf(round) is { } committed
            && committed.Attempt == attempt
            && committed.Inputs.TryGetValue(_history.Site.Value, out var input)
            && input != said.Vector
            ? $"its digest is not that of the input of {_history.Site} in the sum that entry {committed.Index} commits."
            : null;
    }

    private string? Committed(JournalEntry.Committed said)
    {
        if (!studies.TryGetValue(said.Plan, out var study))
        {
            unregistered.Add(said.Plan);
            return null;
        }

        if (study.RoundOf(said.Round) is not { } round)
        {
            return $"it has round {said.Round} of plan {said.Plan.Abbreviated} as committed, which the log has not: the log was cut, or is older than the journal. Fetch the log again.";
        }

        _last[said.Plan] = said.Round;
        return said.Model != round.Model ? $"its model is not the one that entry {round.Index} commits."
            : said.Result != round.Result ? $"its result is not the h4 that entry {round.Index} commits."
            : null;
    }

    /// <summary>A round in the log with this site in its sum, of which its journal knows nothing, up to where the journal ends.</summary>
    private AuditFault? Missing(GivenFile journal)
    {
        if (_history.Site is not { } site)
        {
            return new AuditFault($"{journal.Name}:1", "it is no line that begins a journal.");
        }

        foreach (var (plan, study) in studies)
        {
            var until = _last.GetValueOrDefault(plan);
            foreach (var round in study.Rounds.Where(round => round.Round <= until && round.Inputs.ContainsKey(site)))
            {
                if (!_released.ContainsKey((plan, round.Round, round.Attempt)))
                {
                    return AuditFault.At(
                        round.Index,
                        $"{site} is in its sum, and {journal.Name} has no line that it released for attempt {round.Attempt} of round {round.Round}."
                    );
                }
            }
        }

        return null;
    }
}
