namespace Federated.Privacy.Numerics;

/// <summary>Nodes and weights of Gauss–Legendre quadrature on [−1, 1] (Abramowitz and Stegun, table 25.4, and their closed forms).</summary>
internal sealed class GaussLegendre
{
    private GaussLegendre(double[] nodes, double[] weights) => (Nodes, Weights) = (nodes, weights);

    /// <summary>Exact for polynomials of degree 7.</summary>
    internal static GaussLegendre Four { get; } = MakeFour();

    /// <summary>Exact for polynomials of degree 9.</summary>
    internal static GaussLegendre Five { get; } = MakeFive();

    internal double[] Nodes { get; }

    internal double[] Weights { get; }

    private static GaussLegendre MakeFour()
    {
        var inner = Math.Sqrt((3.0 / 7) - (2.0 / 7 * Math.Sqrt(6.0 / 5)));
        var outer = Math.Sqrt((3.0 / 7) + (2.0 / 7 * Math.Sqrt(6.0 / 5)));
        var (heavy, light) = ((18 + Math.Sqrt(30)) / 36, (18 - Math.Sqrt(30)) / 36);
        return new GaussLegendre([-outer, -inner, inner, outer], [light, heavy, heavy, light]);
    }

    private static GaussLegendre MakeFive()
    {
        var inner = Math.Sqrt(5 - (2 * Math.Sqrt(10.0 / 7))) / 3;
        var outer = Math.Sqrt(5 + (2 * Math.Sqrt(10.0 / 7))) / 3;
        var (heavy, light) = ((322 + (13 * Math.Sqrt(70))) / 900, (322 - (13 * Math.Sqrt(70))) / 900);
        return new GaussLegendre([-outer, -inner, 0, inner, outer], [light, heavy, 128.0 / 225, heavy, light]);
    }
}
