using Federated.Privacy.Events;
using Federated.Privacy.Losses;

namespace Federated.Privacy.Accountants;

/// <summary>Events as pairs of distributions that dominate them, and what the pairs do not cover.</summary>
/// <param name="Pairs">Pairs with counts.</param>
/// <param name="GaussianMuSquared">Σ 1/σ² of all Gaussian releases without sampling: one Gaussian stands for them all, exactly.</param>
/// <param name="LogShift">
/// Bound of |ln(true/assumed probability)| over all releases, of either distribution: 2·LogShift is added to ε, and δ is divided by e^LogShift.
/// </param>
internal sealed record ReleaseLosses(IReadOnlyList<(LossPair Pair, long Count)> Pairs, double GaussianMuSquared, double LogShift)
{
    /// <summary>Grid units of σ above which discrete Gaussian noise on a vector is counted as continuous.</summary>
    /// <remarks>The specification's condition (section 3.5); that the difference is negligible there is argued, not proved.</remarks>
    internal const double FineSigma = 200;

    /// <summary>Grid units of σ up to which noise on one integer is counted exactly, point by point.</summary>
    private const double ExactSigma = 1000;

    /// <summary>Why an event cannot be counted, or null.</summary>
    internal static string? Fault(PrivacyEvent @event, NeighbouringRelation relation) =>
        @event.Parts.Select(part => FaultOf(part.Event, relation)).FirstOrDefault(fault => fault is not null);

    /// <summary>The losses of an event without <see cref="Fault"/>.</summary>
    internal static ReleaseLosses Of(PrivacyEvent @event, NeighbouringRelation relation)
    {
        var isReplaced = relation == NeighbouringRelation.ReplaceOne;
        var move = isReplaced ? 2 : 1;
        var pairs = new List<(LossPair, long)>();
        var (mu, shift) = (0.0, 0.0);
        foreach (var part in @event.Parts)
        {
            switch (part.Event)
            {
                case GaussianEvent e:
                    AddGaussian(e.NoiseMultiplier, SamplingRate.All, part.Count);
                    break;
                case SampledGaussianEvent e:
                    AddGaussian(e.NoiseMultiplier, e.SamplingRate, part.Count);
                    break;
                case DiscreteLaplaceEvent e:
                    pairs.Add((DiscreteLossPair.Laplace(e.Decay, e.Sensitivity), part.Count));
                    break;
                case DiscreteGaussianEvent e when IsOneInteger(e.Dimension, e.Sensitivity, e.SigmaSquared):
                    AddInteger(e.SigmaSquared, e.Sensitivity, e.SamplingRate, part.Count);
                    break;
                case DiscreteGaussianEvent e:
                    AddGaussian(e.NoiseMultiplier, e.SamplingRate, part.Count);
                    break;
                case SumOfDiscreteGaussiansEvent e:
                    shift += part.Count * SumOfDiscreteGaussians.Tau(e.Shares, e.SigmaSquared) * e.Dimension;
                    if (IsOneInteger(e.Dimension, e.Sensitivity, e.Shares * e.SigmaSquared))
                    {
                        AddInteger(e.Shares * e.SigmaSquared, e.Sensitivity, e.SamplingRate, part.Count);
                    }
                    else
                    {
                        AddGaussian(e.NoiseMultiplier, e.SamplingRate, part.Count);
                    }

                    break;
                default:
                    throw new ArgumentException(Fault(part.Event, relation), nameof(@event));
            }
        }

        return new ReleaseLosses(pairs, mu, shift);

        void AddGaussian(NoiseMultiplier noise, SamplingRate rate, long count)
        {
            var sigma = noise.Value;
            if (rate.IsAll)
            {
                mu += count * move / sigma * (move / sigma);
                return;
            }

            pairs.Add(
                (isReplaced ? new ReplacedGaussianLossPair(sigma, rate.Value) : new SampledGaussianLossPair(sigma, rate.Value), count)
            );
        }

        void AddInteger(double sigmaSquared, double sensitivity, SamplingRate rate, long count)
        {
            var asMoved = isReplaced && rate.IsAll; // without sampling, exchanging is moving twice as far
            var pair = DiscreteLossPair.Gaussian(
                sigmaSquared,
                (long)sensitivity * (asMoved ? 2 : 1),
                rate.Value,
                isReplaced && !rate.IsAll
            );
            pairs.Add((pair, count));
        }
    }

    private static string? FaultOf(PrivacyEvent @event, NeighbouringRelation relation) =>
        @event switch
        {
            FixedBatchGaussianEvent => "A batch of fixed size has no tight loss distribution that is known; count it with RDP.",
            DiscreteLaplaceEvent when relation == NeighbouringRelation.ReplaceOne =>
                "Discrete Laplace noise is counted for one patient more or less only; ask for that relation.",
            DiscreteGaussianEvent e when !IsCovered(e.Dimension, e.Sensitivity, e.SigmaSquared) => TooCoarse(e.SigmaSquared),
            SumOfDiscreteGaussiansEvent e when !IsCovered(e.Dimension, e.Sensitivity, e.Shares * e.SigmaSquared) => TooCoarse(
                e.Shares * e.SigmaSquared
            ),
            _ => null,
        };

    private static bool IsCovered(int dimension, double sensitivity, double sigmaSquared) =>
        IsOneInteger(dimension, sensitivity, sigmaSquared) || sigmaSquared >= FineSigma * FineSigma;

    private static bool IsOneInteger(int dimension, double sensitivity, double sigmaSquared) =>
        dimension == 1 && sensitivity == Math.Floor(sensitivity) && sensitivity <= 1_000_000 && sigmaSquared <= ExactSigma * ExactSigma;

    private static string TooCoarse(double sigmaSquared) =>
        FormattableString.Invariant(
            $"Discrete Gaussian noise on a vector has σ = {Math.Sqrt(sigmaSquared):g4} grid units, below the {FineSigma} from which its loss distribution is taken as Gaussian; use a finer grid, or count it with RDP."
        );
}
