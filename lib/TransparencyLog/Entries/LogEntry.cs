using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Federated.Federation.Documents;
using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Entries;

/// <summary>What an entry says: the text of a note. One content has one spelling.</summary>
/// <remarks>The line <c>fl-audit-entry/v1</c>, one line of canonical JSON (RFC 8785; objects, texts and whole numbers), and nothing else. Order comes from the log.</remarks>
public sealed class LogEntry
{
    /// <summary>The first line of version 1.</summary>
    public const string Version = "fl-audit-entry/v1";

    private const string VersionStem = "fl-audit-entry/";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <param name="kind">What it records.</param>
    /// <param name="study">Of which study; null where it is of none. <see cref="EntryKinds.ScopeOf"/> says which kinds want one.</param>
    /// <param name="time">By the actor's clock; kept to the millisecond.</param>
    /// <param name="actor">Whose statement it is, and under which name it is signed.</param>
    /// <param name="body">The rest; of the type that the kind has.</param>
    /// <exception cref="ArgumentException">Not what an entry can say.</exception>
    public LogEntry(EntryKind kind, StudyReference? study, DateTimeOffset time, KeyName actor, EntryBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        (Kind, Study, Actor, Body) = (kind, study, actor, body);
        Time = new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        if ((study is null ? null : StudyReference.Fault(study.Name)) is { } fault)
        {
            throw new ArgumentException($"'{study!.Name}' is no study's name: {fault}", nameof(study));
        }

        if (!EntryKinds.Allows(kind, study))
        {
            throw new ArgumentException($"'{EntryKinds.WordOf(kind)}' {EntryKinds.ScopeFault(kind)}", nameof(study));
        }

        if (actor == default || EntryKinds.ActorFault(kind, actor) is not null)
        {
            throw new ArgumentException(actor == default ? "Somebody must say it." : EntryKinds.ActorFault(kind, actor), nameof(actor));
        }

        if (!body.Fits(kind))
        {
            throw new ArgumentException(
                $"{body.GetType().Name} with these values is no body of '{EntryKinds.WordOf(kind)}'.",
                nameof(body)
            );
        }

        // What cannot be read again must not be signed.
        if (!TryParse(ToText(), out _, out fault))
        {
            throw new ArgumentException($"This makes no entry: {fault}", nameof(body));
        }
    }

    private LogEntry(EntryBody body, EntryKind kind, StudyReference? study, DateTimeOffset time, KeyName actor) =>
        (Kind, Study, Time, Actor, Body) = (kind, study, time, actor, body);

    /// <summary>What it records.</summary>
    public EntryKind Kind { get; }

    /// <summary>Of which study, or null.</summary>
    public StudyReference? Study { get; }

    /// <summary>By the actor's clock, UTC, to the millisecond. For people: nothing is decided on it.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Whose statement it is.</summary>
    public KeyName Actor { get; }

    /// <summary>The rest.</summary>
    public EntryBody Body { get; }

    /// <summary>Reads the text of a note as an entry. Any other spelling of the same content is refused.</summary>
    /// <param name="text">A note's text; any bytes.</param>
    /// <param name="entry">The entry, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public static bool TryParse(ReadOnlyMemory<byte> text, [NotNullWhen(true)] out LogEntry? entry, [NotNullWhen(false)] out string? fault)
    {
        entry = null;
        if (!TrySplit(text, out var json, out fault) || CanonicalJson.Parse(json, out fault) is not { } document)
        {
            fault ??= "it is no JSON.";
            return false;
        }

        var root = DocumentReader.Root(document);
        var fields = new EntryFields(root);
        var kind = EntryKinds.Of(root.Choice("type", [.. EntryKinds.Words]));
        var study = StudyOf(fields);
        if (kind is { } word && !EntryKinds.Allows(word, study))
        {
            root.Fault("study", $"'{EntryKinds.WordOf(word)}' {EntryKinds.ScopeFault(word)}");
        }

        var isTime = DateTimeOffset.TryParseExact(
            fields.Text("time"),
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        );
        var isActor = KeyName.TryParse(fields.Text("actor"), out var actor);
        if (kind is { } said && isActor && EntryKinds.ActorFault(said, actor) is { } another)
        {
            root.Fault("actor", another);
        }

        var section = root.Section("body");
        var body = kind is { } known ? EntryBody.Read(known, section) : null;
        root.RefuseUnknownKeys();
        if (root.FaultCount > 0 || body is null || !isTime || !isActor)
        {
            fault =
                root.FaultCount > 0 ? root.Faults[0].ToString()
                : isTime ? "actor: expected the name of a key."
                : "time: expected UTC to the millisecond.";
            return false;
        }

        var read = new LogEntry(body, kind!.Value, study, time, actor);
        if (!body.Fits(read.Kind) || !read.ToText().AsSpan().SequenceEqual(text.Span))
        {
            fault = "it is not in canonical form (RFC 8785).";
            return false;
        }

        entry = read;
        return true;
    }

    /// <summary>The text, which is signed; ends with a line feed.</summary>
    public byte[] ToText() =>
        StrictUtf8.Bytes(
            Version
                + "\n"
                + new CanonicalJson()
                    .Add("actor", Actor.Value)
                    .Add("body", Body.ToJson())
                    .Add("plan", Study?.Plan.ToString() ?? "")
                    .Add("study", Study?.Name ?? "")
                    .Add("time", Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture))
                    .Add("type", EntryKinds.WordOf(Kind))
                + "\n"
        );

    private static bool TrySplit(ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> json, [NotNullWhen(false)] out string? fault)
    {
        json = default;
        var bytes = text.Span;
        if (bytes.Length > SignedNote.MostBytes)
        {
            fault = $"it has {bytes.Length} bytes; {SignedNote.MostBytes} are allowed.";
            return false;
        }

        var end = bytes.IndexOf((byte)'\n');
        var first = end < 0 ? null : StrictUtf8.Text(bytes[..end]);
        if (first != Version)
        {
            fault =
                first is not null && first.StartsWith(VersionStem, StringComparison.Ordinal) && first.Length < 40
                    ? $"it is of version '{first[VersionStem.Length..]}', which this release does not know; use a newer one."
                    : $"it does not begin with the line '{Version}'.";
            return false;
        }

        var rest = text[(end + 1)..];
        if (rest.Span.IndexOf((byte)'\n') != rest.Length - 1 || rest.Length < 2)
        {
            fault = "below the first line there is not exactly one line.";
            return false;
        }

        json = rest[..^1];
        fault = null;
        return true;
    }

    /// <summary>Plan and name are both there, or both empty.</summary>
    private static StudyReference? StudyOf(EntryFields fields)
    {
        var (plan, name) = (fields.Text("plan"), fields.Text("study"));
        if (plan.Length == 0 && name.Length == 0)
        {
            return null;
        }

        if (StudyReference.Fault(name) is { } fault)
        {
            fields.Reader.Fault("study", fault);
        }

        return new StudyReference(name, fields.Hash("plan"));
    }
}
