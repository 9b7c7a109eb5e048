using System.Collections.Frozen;
using Federated.Data;
using Federated.Hosting;
using Federated.Learning.Training;
using Federated.Node.Data;
using Federated.Node.Hosting;

namespace Federated.Node.Studies;

/// <summary>
/// A study's rows at this site, without the patients who object at the moment they are used. An objection takes effect with the next attempt and the next
/// scoring. Used by the work of one study, which does one thing after the other.
/// </summary>
/// <param name="train">All training rows.</param>
/// <param name="test">All held-out rows.</param>
/// <param name="objections">The hospital's list.</param>
/// <param name="make">Makes the study's trainer for these rows.</param>
/// <param name="log">Told what the list's operator should look at.</param>
internal sealed class StudyRows(
    EncodedRows train,
    EncodedRows test,
    ObjectionFile objections,
    Func<EncodedRows, SiteTrainer> make,
    NodeLog log
) : IDisposable
{
    private SiteTrainer? _trainer;
    private FrozenSet<PatientDigest>? _without; // who was left out when _trainer was made

    /// <summary>The trainer over the patients who do not object now.</summary>
    /// <exception cref="OperatorException">The list cannot be read, or leaves nobody: nothing may be trained.</exception>
    internal SiteTrainer Trainer()
    {
        var without = Current();
        if (_trainer is { } made && ReferenceEquals(_without, without))
        {
            return made;
        }

        // First of all: whatever fails below, nobody trains on the rows of before.
        _trainer?.Dispose();
        _trainer = null;
        var rows = train.Without(without);
        if (rows.Count == 0)
        {
            throw new OperatorException(
                "No patient is left to train on at this site: all of them object.",
                "fed-node plans reject leaves the study"
            );
        }

        (_trainer, _without) = (make(rows), without);
        return _trainer;
    }

    /// <summary>The held-out rows of patients who do not object now.</summary>
    /// <exception cref="OperatorException">The list cannot be read: nobody may be scored.</exception>
    internal EncodedRows Test() => test.Without(Current());

    /// <inheritdoc/>
    public void Dispose() => _trainer?.Dispose();

    private FrozenSet<PatientDigest> Current()
    {
        var patients = objections.Current();
        foreach (var warning in objections.TakeWarnings())
        {
            log.DataWarning(warning);
        }

        return patients;
    }
}
