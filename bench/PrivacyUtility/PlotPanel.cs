using System.Globalization;
using Federated.Bench.Reporting;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One panel: ε from 0.08 to 30 on a logarithmic axis, a figure on the other.</summary>
internal sealed class PlotPanel
{
    internal const double Width = 430;
    internal const double Height = 360;

    private const double Left = 50;
    private const double Right = 12;
    private const double Top = 34;
    private const double Bottom = 44;
    private const double LeastEpsilon = 0.08;
    private const double MostEpsilon = 30;

    private readonly SvgText _svg;
    private readonly double _x;
    private readonly double _low;
    private readonly double _high;

    /// <param name="svg">Where to draw.</param>
    /// <param name="x">The panel's left edge.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="low">Lower end of the figure's axis; what lies below is drawn there.</param>
    /// <param name="high">Upper end.</param>
    internal PlotPanel(SvgText svg, double x, string title, double low, double high)
    {
        (_svg, _x, _low, _high) = (svg, x, low, high);
        svg.Text(x + Left, Top - 14, title, "start");
        for (var tick = 0; tick <= 6; tick++)
        {
            var value = low + ((high - low) * tick / 6);
            svg.Line(x + Left, Y(value), x + Width - Right, Y(value), "#ddd", 1, isDashed: false);
            svg.Text(x + Left - 6, Y(value) + 4, value.ToString("f2", CultureInfo.InvariantCulture), "end");
        }

        foreach (var epsilon in new[] { 0.1, 0.25, 0.5, 1, 2, 4, 8, 24 })
        {
            svg.Line(X(epsilon), Y(low), X(epsilon), Y(low) + 4, "#555", 1, isDashed: false);
            svg.Text(X(epsilon), Y(low) + 17, epsilon.ToString(CultureInfo.InvariantCulture), "middle");
        }

        svg.Line(x + Left, Y(low), x + Width - Right, Y(low), "#555", 1, isDashed: false);
        svg.Text(x + ((Left + Width - Right) / 2), Y(low) + 34, "epsilon per patient", "middle");
    }

    /// <summary>A level that does not depend on ε.</summary>
    internal void Level(double value, string name)
    {
        _svg.Line(_x + Left, Y(value), _x + Width - Right, Y(value), "#888", 1.5, isDashed: true);
        _svg.Text(_x + Left + 4, Y(value) - 5, name, "start"); // curves rise from the left: there is room above them
    }

    internal void Curve(IReadOnlyList<(double Epsilon, Sample Figure)> points, string color, bool isDashed)
    {
        for (var i = 0; i < points.Count; i++)
        {
            var (epsilon, figure) = points[i];
            var (x, y) = (X(epsilon), Y(figure.Mean));
            if (i > 0)
            {
                _svg.Line(X(points[i - 1].Epsilon), Y(points[i - 1].Figure.Mean), x, y, color, 2, isDashed);
            }

            _svg.Line(x, Y(figure.Mean - (2 * figure.Error)), x, Y(figure.Mean + (2 * figure.Error)), color, 1, isDashed: false);
            _svg.Dot(x, y, color);
        }
    }

    /// <summary>A published point where it was claimed, with a bar over what it comes to.</summary>
    internal void Published(PublishedPoint point)
    {
        var y = Y(point.Accuracy);
        if (point.Counted is { } counted)
        {
            _svg.Line(X(point.Claimed), y, X(counted.Least), y, "#555", 1, isDashed: true);
            _svg.Line(X(counted.Least), y, X(counted.Most), y, "#555", 3, isDashed: false);
        }

        _svg.Cross(X(point.Claimed), y, "#555");
    }

    private double X(double epsilon) =>
        _x + Left + ((Width - Left - Right) * Math.Log(epsilon / LeastEpsilon) / Math.Log(MostEpsilon / LeastEpsilon));

    private double Y(double value) => Top + ((Height - Top - Bottom) * (1 - ((Math.Clamp(value, _low, _high) - _low) / (_high - _low))));
}
