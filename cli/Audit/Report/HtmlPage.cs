using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Federated.Federation;

namespace Federated.Cli.Audit.Report;

/// <summary>
/// HTML that is written as interpolated text: what stands in the program is markup, what is put into a hole is text and is encoded. There is no other way in, so that no
/// name of a study can become an element, an attribute or a script.
/// </summary>
internal sealed class HtmlPage
{
    // Every script stays readable in the file; '<', '>', '&', '"', "'" and what is unassigned do not stay as they are.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new();

    /// <summary>Adds markup, with encoded text in its holes, and a line feed.</summary>
    internal void Add([InterpolatedStringHandlerArgument("")] ref Piece piece)
    {
        piece.End();
        _text.Append('\n');
    }

    /// <summary>Adds the program's own style sheet as it is: between these two tags nothing may be encoded.</summary>
    internal void AddStyle(string css) => _text.Append("<style>\n").Append(css).Append("\n</style>\n");

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>What the compiler makes of the argument of <see cref="Add"/>.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Piece(int literalLength, int formattedCount, HtmlPage page)
    {
        private readonly StringBuilder _text = page._text;

        /// <summary>Markup of the program's own.</summary>
        internal void AppendLiteral(string markup) => _text.Append(markup);

        /// <summary>Text of anybody.</summary>
        internal void AppendFormatted(string? text) => _text.Append(Encoder.Encode(ForeignText.CleanLines(text ?? "")));

        /// <summary>A number.</summary>
        internal void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

        /// <summary>A length in a drawing.</summary>
        internal void AppendFormatted(decimal length) => _text.Append(length.ToString("0.##", CultureInfo.InvariantCulture));

        internal void End() => _ = (literalLength, formattedCount);
    }
}
