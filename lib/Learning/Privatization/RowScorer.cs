using Federated.Data;
using Federated.Federation.Models;

namespace Federated.Learning.Privatization;

/// <summary>
/// Scores rows one by one, in double precision and a fixed order, so that a row's risk is a function of that row and the model alone.
/// </summary>
/// <remarks>
/// A tensor library's float32 result may depend on how many rows stand beside a row, by the last bit. Where scores are counted in bins, one patient less could then move others
/// across an edge, and the sensitivity of the counts would not be 1.
/// </remarks>
public sealed class RowScorer
{
    private readonly ModelShape _shape;
    private readonly double[] _in;
    private readonly double[] _out;

    /// <param name="shape">The study's model.</param>
    public RowScorer(ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _shape = shape;
        var widest = Math.Max(shape.Inputs, shape.Layers.Max(layer => layer.Outputs));
        (_in, _out) = (new double[widest], new double[widest]);
    }

    /// <summary>Risks in [0, 1]; NaN where the model gives no number.</summary>
    /// <param name="model">The flat parameter vector, shape [d].</param>
    /// <param name="rows">As wide as the model's input; may be none.</param>
    /// <returns>Shape [n], in the rows' order.</returns>
    /// <exception cref="ArgumentException">Model or rows do not fit the shape.</exception>
    public double[] Risks(ReadOnlySpan<float> model, EncodedRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (model.Length != _shape.ParameterCount || rows.Width != _shape.Inputs)
        {
            throw new ArgumentException(
                $"{model.Length} parameters and {rows} do not fit a model of {_shape.ParameterCount} parameters.",
                nameof(model)
            );
        }

        var risks = new double[rows.Count];
        for (var i = 0; i < risks.Length; i++)
        {
            risks[i] = Risk(model, rows.Row(i));
        }

        return risks;
    }

    private double Risk(ReadOnlySpan<float> model, ReadOnlySpan<float> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            _in[i] = row[i];
        }

        for (var l = 0; l < _shape.Layers.Length; l++)
        {
            var layer = _shape.Layers[l];
            var bias = model.Slice(layer.Inputs * layer.Outputs, layer.Outputs);
            for (var o = 0; o < layer.Outputs; o++)
            {
                var weights = model.Slice(o * layer.Inputs, layer.Inputs);
                double sum = bias[o];
                for (var i = 0; i < weights.Length; i++)
                {
                    sum += weights[i] * _in[i];
                }

                _out[o] = l < _shape.Layers.Length - 1 && sum <= 0 ? 0 : sum;
            }

            _out.AsSpan(0, layer.Outputs).CopyTo(_in);
            model = model[layer.ParameterCount..];
        }

        return 1 / (1 + Math.Exp(-_in[0]));
    }
}
