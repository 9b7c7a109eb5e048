namespace Federated.Bench.PrivacyUtility;

/// <summary>The curves as one SVG file that needs nothing else: three panels over ε on a logarithmic axis.</summary>
internal static class UtilityPlot
{
    private static readonly (string Key, string Color)[] Colors = [("federated", "#0b6e4f"), ("pooled", "#1f4e9c"), ("local", "#b3541e")];

    internal static string Of(PrivacyUtilityReport report)
    {
        var svg = new SvgText(PlotPanel.Width * 3, PlotPanel.Height + 70);
        var none = report.Rows[^1].Methods[0];
        var auroc = new PlotPanel(svg, 0, "AUROC, all test rows", 0.6, 0.9);
        var accuracy = new PlotPanel(svg, PlotPanel.Width, "Accuracy, all test rows", 0.55, 0.85);
        var hospitals = new PlotPanel(svg, PlotPanel.Width * 2, "Accuracy, mean of the four hospitals", 0.55, 0.85);
        auroc.Level(report.Pooled.Auroc.Mean, "pooled, no privacy");
        accuracy.Level(report.Pooled.Accuracy.Mean, "pooled, no privacy");
        hospitals.Level(none.HospitalAccuracy.Mean, "ours, no noise");
        for (var i = 0; i < Colors.Length; i++)
        {
            var color = Colors[i].Color;
            foreach (var delta in PrivacyAim.Deltas)
            {
                var isDashed = delta != PrivacyAim.Deltas[0];
                var figures = report
                    .At(delta)
                    .Select(row => (row.Aim.Epsilon, Figures: row.Methods.Single(m => m.Key == Colors[i].Key)))
                    .ToList();
                auroc.Curve([.. figures.Select(f => (f.Epsilon, f.Figures.Auroc))], color, isDashed);
                accuracy.Curve([.. figures.Select(f => (f.Epsilon, f.Figures.Accuracy))], color, isDashed);
                hospitals.Curve([.. figures.Select(f => (f.Epsilon, f.Figures.HospitalAccuracy))], color, isDashed);
            }
        }

        foreach (var point in PublishedCurve.Points.Where(point => double.IsFinite(point.Claimed)))
        {
            hospitals.Published(point);
        }

        Legend(svg, report.Rows[^1].Methods);
        return svg.ToString();
    }

    private static void Legend(SvgText svg, IReadOnlyList<UtilityFigures> methods)
    {
        var x = 50.0;
        var y = PlotPanel.Height + 25;
        foreach (var (key, color) in Colors)
        {
            svg.Line(x, y, x + 30, y, color, 2.5, isDashed: false);
            x += 36;
            var name = methods.Single(method => method.Key == key).Name;
            svg.Text(x, y + 4, name, "start");
            x += 24 + (7.0 * name.Length);
        }

        svg.Cross(x, y, "#555");
        svg.Text(x + 12, y + 4, "published (to its bar: the same, counted properly, where known)", "start");
        svg.Text(50, y + 26, "Solid: delta 1e-3; dashed: delta 1e-5. Bars: two standard errors of the mean over seeds.", "start");
    }
}
