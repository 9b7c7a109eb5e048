using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Node.Plans;

/// <summary>What the small files have in common by which an operator's command tells the daemon something about one plan.</summary>
internal static class OperatorNote
{
    /// <summary>Checks format and plan hash; null, with the fault, if either is another.</summary>
    internal static DocumentReader? Open(ReadOnlyMemory<byte> bytes, string format, Digest plan, out string? fault) =>
        Open(bytes, [format], plan, out _, out fault);

    /// <summary>The same for a file that has had other formats; the first one is what this release writes.</summary>
    internal static DocumentReader? Open(
        ReadOnlyMemory<byte> bytes,
        IReadOnlyList<string> formats,
        Digest plan,
        out string named,
        out string? fault
    )
    {
        named = "";
        if (CanonicalJson.Parse(bytes, out fault) is not { } node)
        {
            return null;
        }

        var fields = DocumentReader.Root(node);
        named = fields.Text("format");
        if (!formats.Contains(named))
        {
            fault = $"its format is '{named}'; this release reads {formats[0]}.";
            return null;
        }

        if (fields.Text("plan") is var hash && hash != plan.ToString())
        {
            fault = $"it speaks of plan '{hash}'.";
            return null;
        }

        return fields;
    }

    /// <summary>True if nothing was wrong or unknown.</summary>
    internal static bool Close(DocumentReader fields, out string? fault)
    {
        fields.RefuseUnknownKeys();
        fault = fields.Faults.Count == 0 ? null : string.Join("; ", fields.Faults);
        return fault is null;
    }
}
