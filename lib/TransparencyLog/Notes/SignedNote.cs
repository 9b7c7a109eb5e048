using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Federated.TransparencyLog.Notes;

/// <summary>A text and the signature lines under it, as they were read: nothing is verified yet. Checkpoints and entries are notes.</summary>
/// <remarks>C2SP signed-note. Reading is strict, so that what was read is written again byte for byte.</remarks>
public sealed class SignedNote
{
    /// <summary>Most bytes of a note: a note must fit into an entry.</summary>
    public const int MostBytes = ushort.MaxValue;

    /// <summary>Most signature lines: a consortium has up to 256 sites that cosign, and the log's own keys. C2SP asks for 16 at least.</summary>
    public const int MostSignatures = 300;

    private const byte LineFeed = (byte)'\n';

    private SignedNote(ReadOnlyMemory<byte> text, ImmutableArray<NoteSignature> signatures) => (Text, Signatures) = (text, signatures);

    /// <summary>UTF-8, with its last line feed: what is signed.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>The lines, in order, at least one.</summary>
    public ImmutableArray<NoteSignature> Signatures { get; }

    /// <summary>Puts a note together.</summary>
    /// <param name="text">Ends with a line feed; no other control characters. Kept: the caller must not change it.</param>
    /// <param name="signatures">At least one.</param>
    /// <exception cref="ArgumentException">It would be no note, or too large.</exception>
    public static SignedNote Of(ReadOnlyMemory<byte> text, params ImmutableArray<NoteSignature> signatures)
    {
        var note = new SignedNote(text, signatures);
        return TryParse(note.ToBytes(), out _, out var fault)
            ? note
            : throw new ArgumentException($"This makes no note: {fault}", nameof(text));
    }

    /// <summary>Reads a note.</summary>
    /// <param name="bytes">Any bytes; kept.</param>
    /// <param name="note">The note, or null.</param>
    /// <param name="fault">Null, or what is wrong, to follow the words "this is no note: ".</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out SignedNote? note,
        [NotNullWhen(false)] out string? fault
    )
    {
        note = null;
        fault = FaultOf(bytes.Span);
        if (fault is not null)
        {
            return false;
        }

        var end = bytes.Span.LastIndexOf("\n\n"u8); // the text may have empty lines: the last one ends it
        if (end < 0)
        {
            fault = "no empty line parts a text from signatures.";
            return false;
        }

        var signatures = ImmutableArray.CreateBuilder<NoteSignature>();
        for (var rest = bytes.Span[(end + 2)..]; !rest.IsEmpty; )
        {
            var length = rest.IndexOf(LineFeed);
            if (signatures.Count == MostSignatures)
            {
                fault = $"it has more than {MostSignatures} signatures.";
                return false;
            }

            if (NoteSignature.TryParse(rest[..length]) is not { } signature)
            {
                fault = $"line {signatures.Count + 1} below the text is no signature line.";
                return false;
            }

            signatures.Add(signature);
            rest = rest[(length + 1)..];
        }

        if (signatures.Count == 0)
        {
            fault = "it has no signature.";
            return false;
        }

        note = new SignedNote(bytes[..(end + 1)], signatures.ToImmutable());
        return true;
    }

    /// <summary>The same text with more signature lines.</summary>
    /// <exception cref="ArgumentException">It would be too large.</exception>
    public SignedNote With(params ReadOnlySpan<NoteSignature> more) => Of(Text, [.. Signatures, .. more]);

    /// <summary>The note's bytes.</summary>
    public byte[] ToBytes() => [.. Text.Span, LineFeed, .. Signatures.SelectMany(signature => signature.ToLine())];

    /// <summary>Verifies every line that names a known key.</summary>
    /// <param name="keys">Keys that the caller trusts for this text, of which it chose each.</param>
    /// <param name="verified">Null, or a verified signature for each of the keys that signed: at least one, none twice. Lines of unknown keys are not among them.</param>
    /// <param name="fault">Null, or what is wrong: a line of a known key that does not verify, or no line of one.</param>
    /// <remarks>One bad line of a known key refuses the whole note, as C2SP recommends: somebody has tampered with it.</remarks>
    public bool TryVerify(
        IReadOnlyCollection<NoteKey> keys,
        [NotNullWhen(true)] out IReadOnlyList<VerifiedSignature>? verified,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        verified = null;
        var found = new List<VerifiedSignature>();
        foreach (var line in Signatures)
        {
            foreach (var key in keys.Where(key => key.IsNamedBy(line)).Distinct())
            {
                if (VerifiedSignature.TryVerify(key, Text, line) is not { } signature)
                {
                    fault = $"the signature of {key.Name} (key {key.Id:x8}) does not verify.";
                    return false;
                }

                if (!found.Any(earlier => earlier.Key.Equals(key)))
                {
                    found.Add(signature);
                }
            }
        }

        fault = found.Count == 0 ? "no known key signed it." : null;
        verified = fault is null ? found : null;
        return fault is null;
    }

    /// <summary>Lines that name none of these keys: not covered by verification.</summary>
    public IEnumerable<NoteSignature> Unknown(IReadOnlyCollection<NoteKey> keys) =>
        Signatures.Where(line => !keys.Any(key => key.IsNamedBy(line)));

    private static string? FaultOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
        {
            return $"it has {bytes.Length} bytes; {MostBytes} are allowed.";
        }

        if (bytes.IsEmpty || bytes[^1] != LineFeed)
        {
            return "it does not end with a line feed.";
        }

        if (bytes.ContainsAnyInRange((byte)0, (byte)(LineFeed - 1)) || bytes.ContainsAnyInRange((byte)(LineFeed + 1), (byte)0x1f))
        {
            return "it has a control character.";
        }

        return System.Text.Unicode.Utf8.IsValid(bytes) ? null : "it is not UTF-8.";
    }
}
