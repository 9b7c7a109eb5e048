using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.SecureAggregation.Journals;

/// <summary>What a whole journal says, line by line taken together. Immutable.</summary>
public sealed record JournalHistory
{
    /// <summary>Of a journal without lines.</summary>
    public static JournalHistory Empty { get; } = new();

    /// <summary>Whose journal it is; null before its first line.</summary>
    public SiteName? Site { get; private init; }

    /// <summary>True if the operator paused local work and did not resume it.</summary>
    public bool IsPaused { get; private init; }

    /// <summary>Plans that the journal names.</summary>
    public ImmutableDictionary<Digest, PlanHistory> Plans { get; private init; } = ImmutableDictionary<Digest, PlanHistory>.Empty;

    /// <summary>What it says of one plan.</summary>
    public PlanHistory Of(Digest plan) => Plans.GetValueOrDefault(plan, PlanHistory.None);

    /// <summary>The history with one more entry; null, with the fault, if the entry contradicts it.</summary>
    public JournalHistory? With(JournalEntry entry, out string? fault)
    {
        fault = null;
        switch (entry)
        {
            case JournalEntry.Opened opened when Site is null:
                return this with { Site = opened.Site };
            case JournalEntry.Opened:
                fault = "the journal is opened a second time";
                return null;
            case var _ when Site is null:
                fault = "the journal does not begin with the line that names its format and site";
                return null;
            case JournalEntry.Paused paused:
                return this with { IsPaused = paused.IsPaused };
            default:
                var plan = JournalLine.PlanOf(entry);
                return Of(plan).With(entry, out fault) is { } next ? this with { Plans = Plans.SetItem(plan, next) } : null;
        }
    }
}
