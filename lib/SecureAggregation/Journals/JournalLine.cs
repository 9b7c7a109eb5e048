using System.Collections.Immutable;
using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.SecureAggregation.Journals;

/// <summary>One line of a site's journal: canonical JSON with its own hash, chained to the line before it (docs/formats.md).</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Previous">Hash of the line before; all zero in the first.</param>
/// <param name="Time">When it was written, by this machine's clock.</param>
/// <param name="Entry">What it says.</param>
public sealed record JournalLine(long Number, Digest Previous, DateTimeOffset Time, JournalEntry Entry)
{
    /// <summary>Name and version in the first line.</summary>
    public const string Format = "federated-journal/3";

    /// <summary>Longer ones were not written by this product.</summary>
    public const int MaxBytes = 32_768;

    /// <summary>The plan that an entry speaks of.</summary>
    /// <exception cref="ArgumentException">It speaks of none.</exception>
    public static Digest PlanOf(JournalEntry entry) =>
        entry switch
        {
            JournalEntry.Releasing e => e.Plan,
            JournalEntry.Committed e => e.Plan,
            JournalEntry.Ended e => e.Plan,
            JournalEntry.Decided e => e.Plan,
            JournalEntry.Advanced e => e.Plan,
            JournalEntry.Revealed e => e.Plan,
            JournalEntry.Refused e => e.Plan,
            _ => throw new ArgumentException($"A {entry.GetType().Name} speaks of no plan.", nameof(entry)),
        };

    /// <summary>SHA-256 of the line's bytes without its own <c>hash</c>: so that a change of the last line shows too.</summary>
    public Digest Hash => Digest.Of(Content().ToBytes());

    /// <summary>The line's bytes, without a line feed.</summary>
    public byte[] ToBytes() => Content().Add("hash", Hash.ToString()).ToBytes();

    private CanonicalJson Content()
    {
        var json = new CanonicalJson().Add("number", Number).Add("prev", Previous.ToString()).Add("time", Timestamps.ToText(Time));
        _ = Entry switch
        {
            JournalEntry.Opened e => json.Add("kind", "opened").Add("format", Format).Add("site", e.Site.Value),
            JournalEntry.Releasing e => Of(json, "releasing", e.Plan, e.Attempt).Add("digest", e.Vector.ToString()),
            JournalEntry.Committed e => json.Add("kind", "committed")
                .Add("plan", e.Plan.ToString())
                .Add("round", e.Round.Value)
                .Add("model", e.Model.ToString())
                .Add("result", e.Result.ToString()),
            JournalEntry.Revealed e => Of(json, "revealed", e.Plan, e.Attempt)
                .Add("survivors", string.Join(' ', e.Survivors))
                .Add("h3", e.H3.ToString()),
            JournalEntry.Refused e => Of(json, "refused", e.Plan, e.Attempt).Add("code", NameOf(e.Code)),
            JournalEntry.Ended e => json.Add("kind", "ended").Add("plan", e.Plan.ToString()).Add("completed", e.Completed),
            JournalEntry.Decided e => DecisionFields.Add(json.Add("kind", e.Word).Add("plan", e.Plan.ToString()), e),
            JournalEntry.Paused e => json.Add("kind", e.IsPaused ? "paused" : "resumed"),
            JournalEntry.Advanced e => Of(json, "advanced", e.Plan, e.Attempt).Add("by", e.By),
            _ => throw new InvalidOperationException($"A {Entry.GetType().Name} has no line."),
        };
        return json;
    }

    /// <summary>Reads a line; null, with the fault, if it is not exactly one that <see cref="ToBytes"/> writes.</summary>
    public static JournalLine? Read(ReadOnlyMemory<byte> bytes, out string? fault)
    {
        if (CanonicalJson.Parse(bytes, out fault) is not { } node)
        {
            return null;
        }

        var fields = DocumentReader.Root(node);
        var kind = fields.Text("kind");
        if (kind == "opened" && fields.Text("format") is var format && format != Format)
        {
            fault = $"its format is '{format}'; this release reads {Format}";
            return null;
        }

        var number = (long)fields.Number("number");
        var previous = HashIn(fields, "prev");
        var time = TimeIn(fields, "time");
        var entry = EntryOf(kind, fields);
        var hash = HashIn(fields, "hash");
        fields.RefuseUnknownKeys();
        if (fields.Faults.Count > 0)
        {
            fault = string.Join("; ", fields.Faults);
            return null;
        }

        var line = new JournalLine(number, previous, time, entry!);
        if (line.Hash != hash)
        {
            fault = "its hash is not that of its content: it was changed";
            return null;
        }

        if (!line.ToBytes().AsSpan().SequenceEqual(bytes.Span))
        {
            fault = "it is not in the form that a node writes";
            return null;
        }

        return line;
    }

    private static CanonicalJson Of(CanonicalJson json, string kind, Digest plan, Attempt attempt) =>
        json.Add("kind", kind).Add("plan", plan.ToString()).Add("round", attempt.Round.Value).Add("attempt", attempt.Number.Value);

    private static JournalEntry? EntryOf(string kind, DocumentReader fields)
    {
        switch (kind)
        {
            case "opened":
                if (!SiteName.TryParse(fields.Text("site"), out var site))
                {
                    fields.Fault("site", "is no site name.");
                    return null;
                }

                return new JournalEntry.Opened(site);
            case "releasing":
                return new JournalEntry.Releasing(HashIn(fields, "plan"), AttemptIn(fields), HashIn(fields, "digest"));
            case "committed":
                return new JournalEntry.Committed(HashIn(fields, "plan"), Round(fields), HashIn(fields, "model"), HashIn(fields, "result"));
            case "revealed":
                return new JournalEntry.Revealed(HashIn(fields, "plan"), AttemptIn(fields), SitesIn(fields), HashIn(fields, "h3"));
            case "refused":
                return new JournalEntry.Refused(HashIn(fields, "plan"), AttemptIn(fields), CodeIn(fields));
            case "ended":
                return new JournalEntry.Ended(HashIn(fields, "plan"), fields.Flag("completed"));
            case "approved" or "rejected" or "withdrawn":
                return DecisionFields.Read(fields, HashIn(fields, "plan"), kind);
            case "paused" or "resumed":
                return new JournalEntry.Paused(kind == "paused");
            case "advanced":
                return new JournalEntry.Advanced(HashIn(fields, "plan"), AttemptIn(fields), fields.Text("by"));
            default:
                fields.Fault("kind", $"'{kind}' is not known to this release.");
                return null;
        }
    }

    /// <summary>A code as lines write it: <c>BAD_SIGNATURE</c>.</summary>
    public static string NameOf(AbortCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    private static AbortCode CodeIn(DocumentReader fields)
    {
        var text = fields.Text("code");
        var code = Array.Find(Enum.GetValues<AbortCode>(), known => NameOf(known) == text);
        if (code == AbortCode.None)
        {
            fields.Fault("code", $"'{text}' is not known to this release.");
        }

        return code;
    }

    private static ImmutableArray<SiteName> SitesIn(DocumentReader fields)
    {
        var sites = ImmutableArray.CreateBuilder<SiteName>();
        foreach (var text in fields.Text("survivors").Split(' '))
        {
            if (!SiteName.TryParse(text, out var site))
            {
                fields.Fault("survivors", $"'{text}' is no site name.");
                return [];
            }

            sites.Add(site);
        }

        return sites.DrainToImmutable();
    }

    private static Attempt AttemptIn(DocumentReader fields) =>
        new(Round(fields), new AttemptNumber((uint)fields.WholeNumber("attempt", 0, int.MaxValue)));

    private static RoundNumber Round(DocumentReader fields) => new((uint)fields.WholeNumber("round", 0, int.MaxValue));

    private static Digest HashIn(DocumentReader fields, string key)
    {
        if (!Digest.TryParse(fields.Text(key), out var digest))
        {
            fields.Fault(key, "is no SHA-256.");
        }

        return digest;
    }

    private static DateTimeOffset TimeIn(DocumentReader fields, string key)
    {
        if (!Timestamps.TryParse(fields.Text(key), out var time))
        {
            fields.Fault(key, "is no time.");
        }

        return time;
    }
}
