using System.Globalization;
using System.Text.RegularExpressions;

namespace Federated.Architecture.Tests.Wire;

/// <summary>A field of a message.</summary>
/// <param name="Message">The message it is in.</param>
/// <param name="Type">Its type as written.</param>
/// <param name="IsRepeated">Whether there may be several.</param>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its number on the wire.</param>
/// <param name="Comment">What is said of it on its line; empty if nothing.</param>
internal sealed record ProtoField(string Message, string Type, bool IsRepeated, string Name, int Number, string Comment)
{
    public override string ToString() => $"{Message}.{Name} ({Type} = {Number})";
}

/// <summary>What a .proto file says, as far as the tests ask: messages, their fields, services and their calls.</summary>
/// <remarks>Fields are written one a line; a line within a message that is none of what is known here fails the reading, so that nothing is missed.</remarks>
internal sealed partial class ProtoFile
{
    private ProtoFile(
        IReadOnlyList<string> messages,
        IReadOnlyList<ProtoField> fields,
        IReadOnlyList<string> calls,
        IReadOnlyList<string> enums
    ) => (Messages, Fields, Calls, Enums) = (messages, fields, calls, enums);

    /// <summary>Closed sets of words.</summary>
    public IReadOnlyList<string> Enums { get; }

    public IReadOnlyList<string> Messages { get; }

    public IReadOnlyList<ProtoField> Fields { get; }

    /// <summary>Lines of services' calls, as written.</summary>
    public IReadOnlyList<string> Calls { get; }

    /// <summary>All of <c>protos/</c>.</summary>
    public static IReadOnlyList<ProtoFile> All { get; } =
    [
        .. SourceTree
            .Files(".proto")
            .Where(path => path.StartsWith("protos/", StringComparison.Ordinal))
            .Select(path => Read(SourceTree.Lines(path))),
    ];

    public static ProtoFile Read(IEnumerable<string> lines)
    {
        var messages = new List<string>();
        var fields = new List<ProtoField>();
        var calls = new List<string>();
        var enums = new List<string>();
        string? message = null;
        var inEnum = false;
        var depth = 0;
        foreach (
            var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
        )
        {
            if (depth == 0 && MessageLine().Match(line) is { Success: true } opening)
            {
                messages.Add(message = opening.Groups["name"].Value);
                depth = 1;
            }
            else if (depth == 0 && EnumLine().Match(line) is { Success: true } closedSet)
            {
                enums.Add(closedSet.Groups["name"].Value);
                (message, depth, inEnum) = (null, 1, true);
            }
            else if (inEnum)
            {
                if (line == "}")
                {
                    (depth, inEnum) = (0, false);
                }
                else if (!EnumValueLine().IsMatch(line))
                {
                    throw new FormatException($"{enums[^1]}: '{line}' is no value that can be checked.");
                }
            }
            else if (depth == 0 && line.StartsWith("service ", StringComparison.Ordinal))
            {
                (message, depth) = (null, 1);
            }
            else if (depth > 0 && line == "}")
            {
                depth--;
            }
            else if (message is null)
            {
                calls.AddRange(depth > 0 ? [line] : []);
            }
            else if (line.StartsWith("oneof ", StringComparison.Ordinal))
            {
                depth++;
            }
            else if (!ReservedLine().IsMatch(line)) // a number that was once used carries nothing
            {
                fields.Add(Field(message, line));
            }
        }

        return new ProtoFile(messages, fields, calls, enums);
    }

    private static ProtoField Field(string message, string line)
    {
        var match = FieldLine().Match(line);
        if (!match.Success)
        {
            throw new FormatException($"{message}: '{line}' is no field that can be checked; write one field a line.");
        }

        return new ProtoField(
            message,
            match.Groups["type"].Value,
            match.Groups["repeated"].Success,
            match.Groups["name"].Value,
            int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture),
            match.Groups["comment"].Value
        );
    }

    [GeneratedRegex(@"^enum (?<name>\w+) \{$")]
    private static partial Regex EnumLine();

    [GeneratedRegex(@"^[A-Z_]+ = \d+;( *// .+)?$")]
    private static partial Regex EnumValueLine();

    [GeneratedRegex(@"^reserved \d+(, \d+)*;$")]
    private static partial Regex ReservedLine();

    [GeneratedRegex(@"^message (?<name>\w+) \{$")]
    private static partial Regex MessageLine();

    [GeneratedRegex(@"^(?<repeated>repeated )?(?<type>[\w.]+) (?<name>\w+) = (?<number>\d+);( *// (?<comment>.+))?$")]
    private static partial Regex FieldLine();
}
