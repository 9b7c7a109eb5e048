using System.Globalization;
using System.Text;

namespace Federated.Bench.PrivacyUtility;

/// <summary>Writes lines, points and words of an SVG file. Coordinates are in pixels, y downwards.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    internal SvgText(double width, double height)
    {
        Add(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">"
        );
        Add($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>");
    }

    internal void Line(double x1, double y1, double x2, double y2, string color, double width, bool isDashed)
    {
        var dashes = isDashed ? " stroke-dasharray=\"5 4\"" : "";
        Add($"<line x1=\"{x1:f1}\" y1=\"{y1:f1}\" x2=\"{x2:f1}\" y2=\"{y2:f1}\" stroke=\"{color}\" stroke-width=\"{width}\"{dashes}/>");
    }

    internal void Dot(double x, double y, string color) => Add($"<circle cx=\"{x:f1}\" cy=\"{y:f1}\" r=\"3\" fill=\"{color}\"/>");

    internal void Cross(double x, double y, string color)
    {
        Line(x - 5, y - 5, x + 5, y + 5, color, 2, isDashed: false);
        Line(x - 5, y + 5, x + 5, y - 5, color, 2, isDashed: false);
    }

    /// <param name="x">Where <paramref name="anchor"/> lies.</param>
    /// <param name="y">The words' base line.</param>
    /// <param name="words">Plain words: nothing here is escaped.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    internal void Text(double x, double y, string words, string anchor) =>
        Add($"<text x=\"{x:f1}\" y=\"{y:f1}\" text-anchor=\"{anchor}\">{words}</text>");

    public override string ToString() => _text + "</svg>\n";

    private void Add(FormattableString element) => _text.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
