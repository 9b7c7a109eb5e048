using Federated.Privacy.Quantization;

namespace Federated.Learning.Privatization;

/// <summary>By what each patient's rows are weighed so that the patient contributes a norm of at most C; no gradient is ever formed for it.</summary>
/// <remarks>
/// A row's gradient by a dense layer is the outer product δ⊗(a, 1), so that two rows' gradients have the inner product ⟨δ,δ'⟩(⟨a,a'⟩ + 1)
/// (Goodfellow 2015, arXiv:1510.01799, for one row a patient; the cross terms are those of the square of a sum). Bounds: docs/clipping.md.
/// </remarks>
internal static class GhostNorms
{
    /// <summary>
    /// κ: a patient's norm counts as at least so much of the sum of the rows' own norms. Rows that cancel each other to less than that would carry
    /// rounding errors far larger than the patient's gradient into the sum.
    /// </summary>
    internal const double LeastShare = 1.0 / 256;

    /// <summary>Finds the factors of one patient.</summary>
    /// <param name="pass">The rows, after both passes.</param>
    /// <param name="first">The patient's first row; the others follow it.</param>
    /// <param name="count">How many rows, at least 1.</param>
    /// <param name="clipping">C, and of what.</param>
    /// <param name="factors">Receives shape [layers], each from 0 to 1.</param>
    /// <returns>False, with all factors zero, if the gradient is no finite number: the patient contributes nothing.</returns>
    internal static bool Factors(ChunkPass pass, int first, int count, GradientClipping clipping, Span<double> factors)
    {
        if (clipping.Manner == ClippingManner.Flat)
        {
            var norm = Norm(pass, first, count, 0, pass.Layers);
            factors.Fill(Clipping.Factor(norm, clipping.Norm));
            return double.IsFinite(norm);
        }

        var part = clipping.NormOfPart(pass.Layers);
        var isFinite = true;
        for (var l = 0; l < factors.Length; l++)
        {
            var norm = Norm(pass, first, count, l, l + 1);
            factors[l] = Clipping.Factor(norm, part);
            isFinite &= double.IsFinite(norm);
        }

        if (!isFinite)
        {
            factors.Clear();
        }

        return isFinite;
    }

    /// <summary>An upper bound of the norm of the patient's gradient by some layers, met within rounding errors unless its rows all but cancel.</summary>
    private static double Norm(ChunkPass pass, int first, int count, int layer, int end)
    {
        if (count == 1)
        {
            return Math.Sqrt(RowSquare(pass, first, layer, end));
        }

        var (square, length, terms) = (0.0, 0.0, 2.0 * count);
        for (var r = first; r < first + count; r++)
        {
            var own = RowSquare(pass, r, layer, end);
            length += Math.Sqrt(own);
            var cross = 0.0;
            for (var s = first; s < r; s++)
            {
                cross += Product(pass, r, s, layer, end);
            }

            square += own + (2 * cross);
        }

        for (var l = layer; l < end; l++)
        {
            terms += 2 * (pass.InputStride(l) + pass.DeltaStride(l));
        }

        // Rounding of `terms` operations on terms that add up to at most length² in absolute value: added, so that the norm is never too small.
        var error = terms * Math.ScaleB(1, -52) * length * length;
        return Math.Sqrt(Math.Max(square + error, LeastShare * LeastShare * length * length));
    }

    private static double RowSquare(ChunkPass pass, int row, int layer, int end)
    {
        var square = 0.0;
        for (var l = layer; l < end; l++)
        {
            square += pass.SquaredNorm(l, row);
        }

        return square;
    }

    private static double Product(ChunkPass pass, int row, int other, int layer, int end)
    {
        var sum = 0.0;
        for (var l = layer; l < end; l++)
        {
            var delta = pass.Delta(l, row);
            var others = pass.Delta(l, other);
            var deltas = delta.Length == 1 ? (double)delta[0] * others[0] : RowArithmetic.Dot(delta, others);
            sum += deltas * (RowArithmetic.Dot(pass.Input(l, row), pass.Input(l, other)) + 1);
        }

        return sum;
    }
}
