using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Learning.Privatization;
using Federated.Privacy.Evaluation;

namespace Federated.Node.Release;

/// <summary>How many held-out patients, positive and negative, fall into each bin of the final model's scores. A patient with several rows counts once, by the first.</summary>
internal sealed class EvaluationQuery : SiteQuery
{
    private readonly RowScorer _scorer;
    private readonly ServerOptimizer _optimizer;
    private readonly EncodedRows _patients;
    private readonly ScoreBins _bins;
    private readonly bool[] _isPositive;

    /// <param name="shape">The study's model.</param>
    /// <param name="optimizer">Says which parameters the study gives.</param>
    /// <param name="rows">The held-out rows; may be none.</param>
    /// <param name="bins">Bins of equal width on [0, 1].</param>
    internal EvaluationQuery(ModelShape shape, ServerOptimizer optimizer, EncodedRows rows, int bins)
    {
        _scorer = new RowScorer(shape);
        _optimizer = optimizer;
        _bins = ScoreBins.Even(bins);
        var seen = new HashSet<PatientDigest>();
        var first = new List<int>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (seen.Add(rows.Patients[i]))
            {
                first.Add(i);
            }
        }

        _patients = rows.Select(first);
        _isPositive = new bool[first.Count];
        for (var i = 0; i < _isPositive.Length; i++)
        {
            _isPositive[i] = _patients.Labels.Span[i] > 0.5f;
        }
    }

    /// <inheritdoc/>
    internal override QueryResult Answer(ModelState model, RoundNumber round, Span<double> vector, CancellationToken cancellationToken)
    {
        var risks = _scorer.Risks(_optimizer.ResultOf(model).AsSpan(), _patients);
        var counts = new long[_bins.Dimension];
        _bins.Tally(risks, _isPositive, counts);
        for (var i = 0; i < counts.Length; i++)
        {
            vector[i] = counts[i];
        }

        return new QueryResult(risks.LongCount(double.IsNaN));
    }

    /// <inheritdoc/>
    public override void Dispose() { }
}
