using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Federated.Federation;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Checkpoints;

/// <summary>What a log says of itself at one size: the text of a checkpoint.</summary>
/// <remarks>C2SP tlog-checkpoint: lines of origin, size and root; lines that follow mean nothing to us, and our logs write none.</remarks>
public sealed class Checkpoint
{
    /// <summary>Longest origin, in bytes of UTF-8.</summary>
    public const int MostOriginBytes = 255;

    private Checkpoint(string origin, TreeHead head, ImmutableArray<string> extensions) =>
        (Origin, Head, Extensions) = (origin, head, extensions);

    /// <summary>Which log it is, one line.</summary>
    public string Origin { get; }

    /// <summary>Size and root.</summary>
    public TreeHead Head { get; }

    /// <summary>Further lines, without their line feeds. Signed with the rest; neither logs nor witnesses vouch for their meaning.</summary>
    public ImmutableArray<string> Extensions { get; }

    /// <summary>A log's statement.</summary>
    /// <param name="origin">Which log it is; what <see cref="IsOrigin"/> takes.</param>
    /// <param name="head">Size and root.</param>
    /// <exception cref="ArgumentException">No origin, or an empty tree with a root that is not the empty tree's.</exception>
    public static Checkpoint Of(string origin, TreeHead head)
    {
        if (!IsOrigin(origin))
        {
            throw new ArgumentException($"'{origin}' is no log's origin; use one line of 1 to {MostOriginBytes} bytes.", nameof(origin));
        }

        return IsPossible(head)
            ? new Checkpoint(origin, head, [])
            : throw new ArgumentException("A tree without entries has the hash of nothing as its root.", nameof(head));
    }

    /// <summary>True for one line of text, not empty and not too long.</summary>
    public static bool IsOrigin([NotNullWhen(true)] string? text) =>
        !string.IsNullOrEmpty(text) && !text.Any(char.IsControl) && StrictUtf8.TryCount(text, out var bytes) && bytes <= MostOriginBytes;

    /// <summary>Reads the text of a note as a checkpoint, strictly.</summary>
    /// <param name="text">A note's text; any bytes.</param>
    /// <param name="checkpoint">The checkpoint, or null.</param>
    /// <param name="fault">Null, or what is wrong, to follow the words "this is no checkpoint: ".</param>
    public static bool TryParse(
        ReadOnlySpan<byte> text,
        [NotNullWhen(true)] out Checkpoint? checkpoint,
        [NotNullWhen(false)] out string? fault
    )
    {
        checkpoint = null;
        fault = null;
        if (text.Length > Notes.SignedNote.MostBytes || StrictUtf8.Text(text) is not { } whole || !whole.EndsWith('\n'))
        {
            fault = $"it is not UTF-8 of at most {Notes.SignedNote.MostBytes} bytes that ends with a line feed.";
            return false;
        }

        if (whole[..^1].Split('\n') is not [var origin, var size, var root, .. var extensions])
        {
            fault = "it has fewer than three lines.";
        }
        else if (!IsOrigin(origin))
        {
            fault = $"its first line is no origin of 1 to {MostOriginBytes} bytes.";
        }
        else if (!AsciiDecimal.TryParse(Encoding.UTF8.GetBytes(size), TreeSize.Most, out var leaves))
        {
            fault = "its second line is no size.";
        }
        else if (!StrictBase64.TryDigest(Encoding.UTF8.GetBytes(root), out var digest))
        {
            fault = "its third line is no root hash.";
        }
        else if (extensions.Any(line => line.Length == 0))
        {
            fault = "it has an empty line.";
        }
        else if (new TreeHead(new TreeSize(leaves), digest) is var head && !IsPossible(head))
        {
            fault = "it gives a tree without entries another root than the hash of nothing.";
        }
        else
        {
            checkpoint = new Checkpoint(origin, head, [.. extensions]);
        }

        return checkpoint is not null;
    }

    /// <summary>The text, which is signed; ends with a line feed.</summary>
    public byte[] ToText() =>
        StrictUtf8.Bytes($"{Origin}\n{Head.Size}\n{StrictBase64.Of(Head.Root)}\n{string.Concat(Extensions.Select(line => line + "\n"))}");

    private static bool IsPossible(TreeHead head) => head.Size.Value > 0 || head.Root == MerkleHash.Empty;
}
