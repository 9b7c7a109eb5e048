using System.CommandLine;
using System.Globalization;
using System.Text;
using Federated.Federation;
using Federated.Hosting;
using Federated.TransparencyLog.Entries;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit show</c>: entries for people to read. Verifies the tree, not who signed.</summary>
internal static class ShowCommand
{
    internal static Command Create()
    {
        var folder = AuditOptions.Folder();
        var study = new Option<string?>("--study")
        {
            Description = "Only of this study: its name, or the first digits of its plan's hash.",
        };
        var site = new Option<string?>("--site") { Description = "Only what this site said." };
        var type = new Option<string?>("--type") { Description = $"Only of this type: {string.Join(", ", EntryKinds.Words)}." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only from this time on, by the clock of whoever said it." };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Only before this time." };
        var json = AuditOptions.Json("Print each entry as one JSON object on a line, with its number.");
        var command = new Command(
            "show",
            "Show the entries of a log, oldest first. Does not say who is to be believed: fed audit verify does."
        )
        {
            folder,
            study,
            site,
            type,
            since,
            until,
            json,
        };
        command.SetAction(parsed =>
        {
            var filter = new EntryFilter(
                parsed.GetValue(study),
                parsed.GetValue(site),
                KindOf(parsed.GetValue(type)),
                parsed.GetValue(since),
                parsed.GetValue(until)
            );
            var (_, tree) = AuditOptions.Open(parsed.GetRequiredValue(folder));
            for (var index = 0L; index < tree.Head.Size.Value; index++)
            {
                var entry = AuditOptions.Read(tree, index);
                if (filter.Takes(entry))
                {
                    Console.WriteLine(parsed.GetValue(json) ? Json(index, entry) : Line(index, entry));
                }
            }

            return 0;
        });
        return command;
    }

    private static EntryKind? KindOf(string? word) =>
        word is null
            ? null
            : EntryKinds.Of(word)
                ?? throw new OperatorException($"'{word}' is no type of entry.", $"one of {string.Join(", ", EntryKinds.Words)}");

    /// <summary>The entry's own line of JSON, which is what was signed.</summary>
    internal static string Json(long index, LogEntry entry)
    {
        var text = Encoding.UTF8.GetString(entry.ToText());
        return $"{{\"index\":{index.ToString(CultureInfo.InvariantCulture)},\"entry\":{text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd('\n')}}}";
    }

    /// <summary>For people.</summary>
    internal static string Line(long index, LogEntry entry) =>
        ForeignText.Clean(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{index, 7}  {entry.Time:yyyy-MM-dd HH:mm}  {EntryKinds.WordOf(entry.Kind), -19}  {entry.Actor, -24}  {entry.Study?.Name, -20}  {EntryWords.Of(entry)}"
            )
        );
}
