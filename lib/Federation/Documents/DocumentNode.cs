using System.Collections.Immutable;

namespace Federated.Federation.Documents;

/// <summary>
/// A parsed document without its syntax: what YAML and JSON have in common. Readers of plans, policies and configuration work on this,
/// so that a fault names the place whatever the file was written in.
/// </summary>
/// <param name="Line">1-based line of the source, or 0 where lines mean nothing (canonical JSON is one line).</param>
public abstract record DocumentNode(int Line)
{
    /// <summary>A mapping; keys keep the order of the source.</summary>
    public sealed record Map(int Line, ImmutableArray<Entry> Entries) : DocumentNode(Line);

    /// <summary>A sequence.</summary>
    public sealed record List(int Line, ImmutableArray<DocumentNode> Items) : DocumentNode(Line);

    /// <summary>
    /// A scalar as text; <paramref name="IsNull"/> for an empty value, <paramref name="IsQuoted"/> where the source says that it is a text whatever it
    /// looks like.
    /// </summary>
    public sealed record Scalar(int Line, string Text, bool IsNull = false, bool IsQuoted = false) : DocumentNode(Line);

    /// <summary>One key of a mapping.</summary>
    public sealed record Entry(int Line, string Key, DocumentNode Value);
}

/// <summary>One fault of a document, with its place.</summary>
/// <param name="Line">1-based, or 0.</param>
/// <param name="Path">Keys from the root, such as <c>training.rounds</c>; empty where the whole document is meant.</param>
/// <param name="Message">What is wrong and, where it takes few words, what to do.</param>
/// <param name="Hint">What to do, where that takes a line of its own.</param>
public sealed record DocumentFault(int Line, string Path, string Message, string? Hint = null)
{
    /// <summary>As a person reads it: <c>line 12, training.rounds: …</c>, then the hint on a line of its own.</summary>
    public override string ToString()
    {
        var place = string.Join(", ", new[] { Line > 0 ? $"line {Line}" : "", Path }.Where(part => part.Length > 0));
        return (place.Length == 0 ? "" : $"{place}: ") + Message + (Hint is null ? "" : $"\n  hint: {Hint}");
    }
}
