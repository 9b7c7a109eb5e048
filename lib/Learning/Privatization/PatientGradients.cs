using Federated.Data;
using Federated.Federation.Models;

namespace Federated.Learning.Privatization;

/// <summary>The query of private training: the sum over a batch of patients of each patient's gradient, clipped to L2 norm C.</summary>
/// <remarks>
/// <para>
/// A patient's gradient is the <em>sum</em> over the patient's rows of the gradient of the binary cross-entropy of the row's logit: each row weighs one, and a patient
/// with many rows is clipped as a whole. Weights and biases are parameters alike; there is no penalty on weights here, since it is no patient's.
/// </para>
/// <para>
/// For all batches D and D' that differ by one patient, the sums differ by at most C in L2 norm, all rounding included: docs/clipping.md has the proof. It rests on
/// dense layers and ReLU, where a row's output depends on no other row. A layer that keeps statistics across patients (batch normalisation) has no place in a
/// <see cref="ModelShape"/>, and one that is added there must be refused here.
/// </para>
/// <para>
/// Ghost clipping: norms from layer inputs and output gradients, then one weighted product per layer (Lee and Kifer 2021, arXiv:2009.03106, section 5; Bu et al. 2022,
/// arXiv:2205.10683). No patient's gradient is ever in memory. One thread; no allocation after construction. Not thread-safe.
/// </para>
/// </remarks>
public sealed class PatientGradients
{
    /// <summary>Most rows in one batch: up to here the rounding errors of the sum stay within what clipping sets aside (docs/clipping.md).</summary>
    public const int MostRows = 1 << 20;

    /// <summary>Rows that pass through the model together: enough to keep the kernels busy, few enough to stay in a core's cache.</summary>
    internal const int ChunkRows = 512;

    private readonly EncodedRows _rows;
    private readonly PatientRows _patients;
    private readonly GradientClipping _clipping;
    private readonly ChunkPass _pass;
    private readonly WeightedProduct _product;
    private readonly CompensatedSum? _total;
    private readonly ModelShape _shape;
    private readonly double[] _weights;
    private readonly double[] _factors;

    /// <param name="shape">The study's model; its input is as wide as the rows.</param>
    /// <param name="rows">The site's training rows; may be none. At most <see cref="MostRows"/>.</param>
    /// <param name="clipping">What bounds a patient's influence.</param>
    /// <exception cref="ArgumentException">The rows do not fit the model, are too many, or the clipping has a fault.</exception>
    public PatientGradients(ModelShape shape, EncodedRows rows, GradientClipping clipping)
    {
        if (clipping.Faults().FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(clipping));
        }

        if (rows.Width != shape.Inputs)
        {
            throw new ArgumentException($"Rows of {rows.Width} inputs do not fit a model of {shape.Inputs}.", nameof(rows));
        }

        if (rows.Count > MostRows)
        {
            throw new ArgumentException(
                $"{rows.Count} rows in a batch could round by more than clipping sets aside; register at most {MostRows} rows as one data set.",
                nameof(rows)
            );
        }

        (_shape, _rows, _clipping) = (shape, rows, clipping);
        _patients = new PatientRows(rows);
        // A patient's rows are never parted: one with more rows than a chunk is a chunk alone.
        var most = Math.Max(_patients.Most, Math.Clamp(rows.Count, 1, ChunkRows));
        var capacity = (most + RowProducts.Rows - 1) / RowProducts.Rows * RowProducts.Rows;
        _pass = new ChunkPass(shape, capacity);
        _product = new WeightedProduct(capacity, shape);
        _total = rows.Count > ChunkRows ? new CompensatedSum(shape.ParameterCount) : null;
        _weights = new double[capacity * shape.Layers.Length];
        _factors = new double[shape.Layers.Length];
    }

    /// <summary>Patients to choose from; they are numbered from 0 in the order of their first rows.</summary>
    public int Patients => _patients.Count;

    /// <summary>Length d of the sums.</summary>
    public int Dimension => _shape.ParameterCount;

    /// <summary>Sums the clipped gradients of a batch, pointing downhill.</summary>
    /// <param name="model">The flat parameter vector, shape [d], in the order of <see cref="ModelShape.Blocks"/>.</param>
    /// <param name="batch">Numbers of patients, strictly ascending, each below <see cref="Patients"/>; may be empty.</param>
    /// <param name="sum">Receives shape [d]: the negative of the sum; zero for an empty batch. Private until noise is added.</param>
    /// <returns>
    /// How many patients of the batch contributed zero because their gradient was no finite number. It counts patients: it stays at the site.
    /// </returns>
    /// <exception cref="ArgumentException">A shape does not fit, or the batch is not ascending: a patient who is in it twice would count twice.</exception>
    public int Sum(ReadOnlySpan<float> model, ReadOnlySpan<int> batch, Span<double> sum)
    {
        Check(model, batch, sum);
        if (batch.IsEmpty)
        {
            sum.Clear();
            return 0;
        }

        _pass.Load(model);
        _total?.Clear();
        var (ignored, done) = (0, 0);
        while (done < batch.Length)
        {
            var patients = PutChunk(batch[done..], out var rows);
            _pass.Run(rows);
            ignored += WeighChunk(batch.Slice(done, patients));
            done += patients;
            SumChunk(rows, sum);
            _total?.Add(sum);
        }

        _total?.CopyTo(sum);
        return ignored;
    }

    /// <summary>Copies as many whole patients as a chunk takes, and one at least.</summary>
    private int PutChunk(ReadOnlySpan<int> batch, out int rows)
    {
        rows = 0;
        for (var p = 0; p < batch.Length; p++)
        {
            var own = _patients.Of(batch[p]);
            if (p > 0 && rows + own.Length > ChunkRows)
            {
                return p;
            }

            foreach (var row in own)
            {
                _pass.Put(rows++, _rows.Row(row), _rows.Labels.Span[row]);
            }
        }

        return batch.Length;
    }

    /// <summary>Turns each patient's factors into weights of its rows.</summary>
    private int WeighChunk(ReadOnlySpan<int> patients)
    {
        var (ignored, first) = (0, 0);
        foreach (var patient in patients)
        {
            var count = _patients.Of(patient).Length;
            var isFinite = GhostNorms.Factors(_pass, first, count, _clipping, _factors);
            ignored += isFinite ? 0 : 1;
            for (var r = first; r < first + count; r++)
            {
                for (var l = 0; l < _factors.Length; l++)
                {
                    _weights[(l * _pass.Rows) + r] = -_factors[l]; // downhill
                }

                if (!isFinite)
                {
                    _pass.Erase(r);
                }
            }

            first += count;
        }

        return ignored;
    }

    private void SumChunk(int rows, Span<double> sum)
    {
        for (var l = 0; l < _factors.Length; l++)
        {
            var layer = _pass.LayerAt(l);
            _product.Sum(
                layer,
                rows,
                _pass.Inputs(l),
                _pass.InputStride(l),
                _pass.Deltas(l),
                _pass.DeltaStride(l),
                _weights.AsSpan(l * _pass.Rows, rows),
                sum.Slice(_shape.Blocks[2 * l].Offset, layer.ParameterCount)
            );
        }
    }

    private void Check(ReadOnlySpan<float> model, ReadOnlySpan<int> batch, Span<double> sum)
    {
        if (model.Length != Dimension || sum.Length != Dimension)
        {
            throw new ArgumentException(
                $"{model.Length} parameters and a sum of {sum.Length} do not fit a model of {Dimension}.",
                nameof(model)
            );
        }

        for (var i = 0; i < batch.Length; i++)
        {
            if (batch[i] < 0 || batch[i] >= Patients || (i > 0 && batch[i] <= batch[i - 1]))
            {
                throw new ArgumentException(
                    $"A batch names patients of 0 to {Patients - 1}, each once and in ascending order.",
                    nameof(batch)
                );
            }
        }
    }
}
