using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Privacy.Quantization;
using Federated.Privacy.Sampling;

namespace Federated.Learning.Privatization;

/// <summary>
/// One site's work in a round of federated averaging with full local privacy: every local step adds noise of its own, so that the model is safe to show after each.
/// </summary>
/// <remarks>
/// <para>
/// Differentially private gradient descent (Abadi et al. 2016, arXiv:1607.00133, algorithm 1) on the integer grid: draw a Poisson batch, sum clipped gradients, round to the
/// grid, add exact discrete Gaussian noise, divide by a public constant, step. Later steps depend on earlier ones, so one noise at the end would not bound a patient's influence: whoever calls
/// this has charged all <see cref="LocalPrivateTerms.Steps"/> releases <em>before</em>, and charges them again for each further call.
/// </para>
/// <para>
/// Noise of a step is drawn before the step looks at a patient: the time that a draw takes tells what it is. Not thread-safe.
/// </para>
/// </remarks>
public sealed class LocalPrivateTrainer : IDisposable
{
    private readonly LocalPrivateTerms _terms;
    private readonly PatientGradients _gradients;
    private readonly PoissonBatch _batches;
    private readonly DiscreteGaussianSampler _sampler;
    private readonly float[] _local;
    private readonly double[] _sum;
    private readonly long[] _lanes;
    private readonly long[] _noise;

    /// <param name="shape">The study's model.</param>
    /// <param name="rows">This site's training patients; may be none.</param>
    /// <param name="terms">The plan's constants.</param>
    /// <param name="source">Where batches and noise come from; only the site may know it.</param>
    /// <exception cref="ArgumentException">The terms have a fault, or the rows do not fit the model.</exception>
    public LocalPrivateTrainer(ModelShape shape, EncodedRows rows, LocalPrivateTerms terms, RandomSource source)
    {
        if (terms.Faults(shape).FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(terms));
        }

        _terms = terms;
        _gradients = new PatientGradients(shape, rows, terms.Clipping);
        _batches = new PoissonBatch(_gradients.Patients, terms.Rate, source);
        _sampler = new DiscreteGaussianSampler((int)terms.Grid.ShareSigma, source);
        _local = new float[shape.ParameterCount];
        _sum = new double[shape.ParameterCount];
        _lanes = new long[shape.ParameterCount];
        _noise = new long[shape.ParameterCount];
    }

    /// <summary>Trains one round.</summary>
    /// <param name="model">The shared model, shape [d].</param>
    /// <param name="update">Receives local model − shared model, shape [d]; zero if the result is not <see cref="LocalPrivateResult.Trained"/>.</param>
    /// <param name="cancellationToken">Looked at before every step. What was charged stays charged.</param>
    public LocalPrivateResult Update(ReadOnlySpan<float> model, Span<double> update, CancellationToken cancellationToken)
    {
        if (update.Length != _sum.Length || model.Length != _sum.Length)
        {
            throw new ArgumentException(
                $"{model.Length} parameters and an update of {update.Length} do not fit a model of {_sum.Length}.",
                nameof(update)
            );
        }

        update.Clear();
        model.CopyTo(_local);
        long ignored = 0;
        for (var step = 0; step < _terms.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _sampler.Fill(_noise);
            ignored += _gradients.Sum(_local, _batches.Draw(), _sum);
            if (!SiteInput.Quantize(_sum, _terms.Grid, _lanes) || SiteInput.Fault(_lanes, _terms.Grid) is not null)
            {
                // Cannot be, as long as clipping and rounding keep their promises. What the lanes hold is private: no message says it.
                return new LocalPrivateResult.Refused(
                    $"The sum of step {step + 1} is beyond the grid's bound, which clipping should have kept: report this."
                );
            }

            if (!Step())
            {
                return new LocalPrivateResult.Refused(
                    $"Step {step + 1} leads to a model that is not finite; lower the learning rate or the noise."
                );
            }
        }

        for (var i = 0; i < update.Length; i++)
        {
            update[i] = (double)_local[i] - model[i];
        }

        return new LocalPrivateResult.Trained(ignored);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sampler.Dispose();
        _noise.AsSpan().Clear();
        _lanes.AsSpan().Clear();
        _sum.AsSpan().Clear();
    }

    /// <summary>Noise, decoding, the public divisor, and the step, in double precision; then the model is rounded to float32.</summary>
    private bool Step()
    {
        var unit = Math.ScaleB(_terms.LearningRate, -_terms.Grid.ScaleBits);
        for (var i = 0; i < _local.Length; i++)
        {
            var noisy = _lanes[i] + _noise[i];
            _local[i] = (float)(_local[i] + (noisy * unit / _terms.ExpectedBatch));
            if (!float.IsFinite(_local[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>How a round of local private training ended.</summary>
public abstract record LocalPrivateResult
{
    private LocalPrivateResult() { }

    /// <summary>The update is there.</summary>
    /// <param name="Ignored">How often a patient contributed zero because its gradient was no finite number, over all steps. It counts patients: it stays at the site.</param>
    public sealed record Trained(long Ignored) : LocalPrivateResult;

    /// <summary>There is none, and nothing may be sent.</summary>
    /// <param name="Reason">Why, and what to do.</param>
    public sealed record Refused(string Reason) : LocalPrivateResult;
}
