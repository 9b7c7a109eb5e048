using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Federated.Federation.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Federated.Data;

/// <summary>Reads YAML as a document of keys, lists and texts, so that no file, however damaged, ends the process or throws.</summary>
/// <remarks>
/// Only what a person writes by hand: one document, no tags, no aliases. So nothing in it means another thing than it says, and a small file cannot
/// unfold into a large one. A key that stands twice stays twice: the reader reports it with all other faults.
/// </remarks>
public static class YamlText
{
    private const int DeepestNesting = 16;

    /// <summary>The document; false, with the one fault that kept it from being read.</summary>
    /// <param name="yaml">Read to its end; stays open.</param>
    /// <param name="root">What the file holds.</param>
    /// <param name="fault">Its line is 0 where the whole file is meant.</param>
    public static bool TryRead(TextReader yaml, [NotNullWhen(true)] out DocumentNode? root, [NotNullWhen(false)] out DocumentFault? fault)
    {
        (root, fault) = (null, null);
        var text = "";
        var parser = new Parser(new StringReader(text));
        try
        {
            text = yaml.ReadToEnd();
            parser = new Parser(new StringReader(text));
            root = DocumentOf(parser);
            return true;
        }
        catch (NotReadableException e)
        {
            fault = new DocumentFault(e.Line, "", e.Message);
        }
        catch (YamlException e)
        {
            fault = NotYaml(e, text);
        }
        catch (DecoderFallbackException) // from a reader that refuses what is not UTF-8
        {
            fault = new DocumentFault(0, "", NotUtf8.Message, NotUtf8.Hint);
        }
        // YamlDotNet 16.3 lets these two out of its scanner for some damaged texts, without a position: what was understood last is before it.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            var line = (int)(parser.Current?.End.Line ?? 0);
            fault = new DocumentFault(line, "", "not YAML from here on", "look for a bracket or a quote that is not closed");
        }

        return false;
    }

    private static DocumentFault NotYaml(YamlException e, string text)
    {
        var message = $"not YAML: {e.InnerException?.Message ?? e.Message}";
        var tab = Array.FindIndex(text.Split('\n'), line => line.TrimStart(' ').StartsWith('\t'));
        return tab >= 0 && message.Contains("tab", StringComparison.OrdinalIgnoreCase)
            ? new DocumentFault(tab + 1, "", message, "YAML is indented with spaces, never with tabs")
            : new DocumentFault((int)e.End.Line, "", message);
    }

    private static DocumentNode DocumentOf(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            throw new NotReadableException(0, "the file is empty");
        }

        parser.Consume<DocumentStart>();
        var root = NodeOf(parser, depth: 1);
        parser.Consume<DocumentEnd>();
        return parser.Accept<StreamEnd>(out _)
            ? root
            : throw new NotReadableException((int)parser.Current!.Start.Line, "a second document begins here; keep one in a file");
    }

    /// <summary>The node that comes next. Recurses once per level, and levels are few.</summary>
    private static DocumentNode NodeOf(Parser parser, int depth)
    {
        var what = parser.Consume<ParsingEvent>();
        var line = (int)what.Start.Line;

        // Brackets nested a few thousand deep would overflow the stack, which nothing can catch.
        if (depth > DeepestNesting)
        {
            throw new NotReadableException(line, FormattableString.Invariant($"nested more than {DeepestNesting} levels deep"));
        }

        if (what is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            throw new NotReadableException(line, $"'{tagged.Tag}' is a YAML tag; write the value without it");
        }

        return what switch
        {
            Scalar scalar => ScalarOf(scalar, line),
            MappingStart => new DocumentNode.Map(line, EntriesOf(parser, depth)),
            SequenceStart => new DocumentNode.List(line, ItemsOf(parser, depth)),
            AnchorAlias => throw new NotReadableException(line, "a YAML alias stands for something written elsewhere; write it out here"),
            _ => throw new NotReadableException(line, $"a value was expected here, not {what.GetType().Name}"),
        };
    }

    private static ImmutableArray<DocumentNode.Entry> EntriesOf(Parser parser, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<DocumentNode.Entry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = NodeOf(parser, depth + 1);
            entries.Add(
                key is DocumentNode.Scalar { Text: var text }
                    ? new DocumentNode.Entry(key.Line, text, NodeOf(parser, depth + 1))
                    : throw new NotReadableException(key.Line, "a key is one word, not a list or a section")
            );
        }

        return entries.ToImmutable();
    }

    private static ImmutableArray<DocumentNode> ItemsOf(Parser parser, int depth)
    {
        var items = ImmutableArray.CreateBuilder<DocumentNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(NodeOf(parser, depth + 1));
        }

        return items.ToImmutable();
    }

    /// <summary>Nothing after the colon is an empty value; "null" and "~" are texts, since a hospital's file may write them for "missing".</summary>
    private static DocumentNode.Scalar ScalarOf(Scalar scalar, int line)
    {
        var isPlain = scalar.Style == ScalarStyle.Plain;
        return new DocumentNode.Scalar(line, scalar.Value, IsNull: isPlain && scalar.Value.Length == 0, IsQuoted: !isPlain);
    }

    /// <summary>Ends the reading of one file at the place where it stops making sense; caught above.</summary>
    private sealed class NotReadableException(int line, string message) : Exception(message)
    {
        public int Line { get; } = line;
    }
}
