using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Federated.Data;

/// <summary>Parses YAML so that no text, however damaged, ends the process or throws.</summary>
internal static class YamlText
{
    private const int DeepestNesting = 16;

    /// <summary>The documents; null, with the fault noted, if the text is not YAML.</summary>
    public static IList<YamlDocument>? Parse(TextReader yaml, FaultList faults)
    {
        try
        {
            var text = yaml.ReadToEnd();

            // Loading recurses: brackets nested a few thousand deep would overflow the stack, which nothing can catch. The parser does not recurse.
            if (IsDeep(text))
            {
                faults.Add(0, "", FormattableString.Invariant($"nested more than {DeepestNesting} levels deep; a mapping has four"));
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents;
        }
        catch (YamlException e)
        {
            faults.Add((int)e.Start.Line, "", $"not YAML: {e.InnerException?.Message ?? e.Message}");
            return null;
        }
        catch (DecoderFallbackException) // from a reader that refuses what is not UTF-8
        {
            faults.Add(0, "", NotUtf8.Message, NotUtf8.Hint);
            return null;
        }
        // YamlDotNet 16.3 lets these two out of its scanner and its loader for some damaged texts, without a position.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            faults.Add(0, "", "not YAML", "compare it with a mapping that works, line by line");
            return null;
        }
    }

    private static bool IsDeep(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > DeepestNesting)
            {
                return true;
            }
        }

        return false;
    }
}
