using System.Collections.Immutable;
using Federated.Federation;
using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>
/// What was released of a data set, as a multiset: how many times each event happened to which patients of which study. The order of events never matters
/// to their cost. Immutable.
/// </summary>
internal sealed record Spending
{
    private ImmutableDictionary<Purse, ImmutableDictionary<PrivacyEvent, long>> _events = ImmutableDictionary<
        Purse,
        ImmutableDictionary<PrivacyEvent, long>
    >.Empty;

    private ImmutableList<Digest> _plans = []; // in the order of their first charges

    private Spending() { }

    /// <summary>Nothing.</summary>
    internal static Spending Nothing { get; } = new();

    /// <summary>Studies, in the order of their first charges.</summary>
    internal IEnumerable<Digest> Plans => _plans;

    /// <summary>With more of an event; null if the count passes what accountants take.</summary>
    internal Spending? With(Digest plan, Population population, PrivacyEvent @event, long times)
    {
        var purse = new Purse(plan, population);
        var events = _events.GetValueOrDefault(purse, ImmutableDictionary<PrivacyEvent, long>.Empty);
        foreach (var part in @event.Parts)
        {
            var more = (decimal)part.Count * times; // decimal: no product of two counts overflows it
            var everywhere = _events.Values.Sum(counts => (decimal)counts.GetValueOrDefault(part.Event)) + more;
            if (!(more >= 1 && everywhere <= CountedEvent.MostTimes))
            {
                return null;
            }

            events = events.SetItem(part.Event, events.GetValueOrDefault(part.Event) + (long)more);
        }

        return new Spending { _events = _events.SetItem(purse, events), _plans = _plans.Contains(plan) ? _plans : _plans.Add(plan) };
    }

    /// <summary>The larger count of each event of two spendings; null if that passes what accountants take.</summary>
    internal Spending? UpTo(Spending other)
    {
        var union = this;
        foreach (var plan in other._plans) // in their order: which study is the first decides whose sides are told apart
        {
            foreach (var side in Enum.GetValues<Population>())
            {
                var purse = new Purse(plan, side);
                foreach (var (@event, count) in other._events.GetValueOrDefault(purse) ?? [])
                {
                    var more = count - union.Count(purse, @event);
                    if (more > 0 && union.With(plan, side, @event, more) is var next)
                    {
                        if (next is null)
                        {
                            return null;
                        }

                        union = next;
                    }
                }
            }
        }

        return union;
    }

    /// <summary>
    /// True if every event happened here at most as many times as in the other, and the first study, whose split may be told apart, is the same: then every
    /// fate here is within one there.
    /// </summary>
    internal bool IsWithin(Spending other) =>
        (_plans.Count == 0 || (other._plans.Count > 0 && _plans[0] == other._plans[0]))
        && _events.All(purse => purse.Value.All(counted => counted.Value <= other.Count(purse.Key, counted.Key)));

    /// <summary>One study's alone.</summary>
    internal Spending OnlyOf(Digest plan) => Where(other => other == plan);

    /// <summary>All but some studies'.</summary>
    internal Spending Without(ImmutableDictionary<Digest, Budget> plans) =>
        plans.Count == 0 ? this : Where(plan => !plans.ContainsKey(plan));

    /// <summary>What one study released of one population; null for nothing.</summary>
    internal PrivacyEvent? Of(Digest plan, Population population) => Sum([new Purse(plan, population)]);

    /// <summary>Everything, as if each patient had been in both populations of every study; null for nothing. What every fate is within.</summary>
    internal PrivacyEvent? All => Sum(_events.Keys);

    /// <summary>
    /// The two fates of a patient in the first study, training or test, each with everything of all later studies; one where that study released something
    /// of one population only. The data set is within its cap if both are.
    /// </summary>
    /// <remarks>
    /// One more patient moves nobody else from one side of a study's split to the other, and is on one side of it: that is the whole argument for the first
    /// study, whose split was fixed by its plan before anything was released. A later plan may have been written by somebody who knows earlier results, and
    /// who can so choose on which side of its split a given patient falls. A bound for each fixed choice of sides is none for a choice that follows from
    /// results: the chooser would take the worse side just where the earlier results lost much. What holds whatever was chosen is that nobody is on more
    /// than both sides. So in all later studies every patient counts as both.
    /// </remarks>
    internal IEnumerable<PrivacyEvent> Fates()
    {
        if (_plans.FirstOrDefault() is var first && !IsSplit(first))
        {
            return All is { } all ? [all] : [];
        }

        return Enum.GetValues<Population>()
            .Select(role => Sum(_events.Keys.Where(purse => purse.Plan != first || purse.Population == role))!);
    }

    private Spending Where(Func<Digest, bool> isWanted) =>
        new()
        {
            _events = _events.RemoveRange(_events.Keys.Where(purse => !isWanted(purse.Plan))),
            _plans = _plans.RemoveAll(plan => !isWanted(plan)),
        };

    private bool IsSplit(Digest plan) =>
        _events.ContainsKey(new Purse(plan, Population.Training)) && _events.ContainsKey(new Purse(plan, Population.Test));

    private long Count(Purse purse, PrivacyEvent @event) =>
        _events.TryGetValue(purse, out var events) ? events.GetValueOrDefault(@event) : 0;

    private Composed? Sum(IEnumerable<Purse> purses)
    {
        var parts = purses.SelectMany(purse => _events.GetValueOrDefault(purse) ?? []).Select(e => new CountedEvent(e.Key, e.Value));
        ImmutableArray<CountedEvent> all = [.. parts];
        return all.Length == 0 ? null : new Composed(all);
    }

    /// <summary>The patients who pay together.</summary>
    private readonly record struct Purse(Digest Plan, Population Population);
}
