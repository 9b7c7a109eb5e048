using System.Collections.Frozen;
using Federated.Data;
using Federated.Hosting;
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
/// <param name="mayBeEmpty">True in a private study, which must not show that nobody is left: it releases noise.</param>
/// <param name="log">Told what the list's operator should look at.</param>
internal sealed class StudyRows(EncodedRows train, EncodedRows test, ObjectionFile objections, bool mayBeEmpty, NodeLog log)
{
    private FrozenSet<PatientDigest>? _without; // who was left out of the two
    private EncodedRows? _train;
    private EncodedRows? _test;

    /// <summary>The training rows of patients who do not object now; the same object while nobody new objects.</summary>
    /// <exception cref="OperatorException">The list cannot be read, or leaves nobody: nothing may be trained.</exception>
    internal EncodedRows Train()
    {
        Refresh();
        return _train!.Count > 0 || mayBeEmpty
            ? _train
            : throw new OperatorException(
                "No patient is left to train on at this site: all of them object.",
                "fed-node plans reject leaves the study"
            );
    }

    /// <summary>The held-out rows of patients who do not object now; the same object while nobody new objects.</summary>
    /// <exception cref="OperatorException">The list cannot be read: nobody may be scored.</exception>
    internal EncodedRows Test()
    {
        Refresh();
        return _test!;
    }

    private void Refresh()
    {
        var without = objections.Current();
        foreach (var warning in objections.TakeWarnings())
        {
            log.DataWarning(warning);
        }

        if (!ReferenceEquals(_without, without))
        {
            (_train, _test, _without) = (train.Without(without), test.Without(without), without);
            if (_train.Count == 0)
            {
                log.DataWarning("No patient is left to train on at this site; a private study goes on with noise alone.");
            }
        }
    }
}
