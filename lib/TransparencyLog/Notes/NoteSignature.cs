using System.Buffers.Binary;

namespace Federated.TransparencyLog.Notes;

/// <summary>One signature line of a note, as it was read: not verified.</summary>
/// <param name="Name">Of the key, as the line says.</param>
/// <param name="Id">Of the key, likewise.</param>
/// <param name="Value">What follows the id; its length depends on the kind of key. At least one byte.</param>
public sealed record NoteSignature(KeyName Name, uint Id, ReadOnlyMemory<byte> Value)
{
    private const int IdLength = sizeof(uint);

    /// <summary>Em dash and blank, which begin a line.</summary>
    internal static ReadOnlySpan<byte> Mark => "— "u8;

    /// <summary>The line, with its line feed.</summary>
    public byte[] ToLine()
    {
        var signed = new byte[IdLength + Value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(signed, Id);
        Value.CopyTo(signed.AsMemory(IdLength));
        return StrictUtf8.Bytes($"— {Name.Value} {StrictBase64.Of(signed)}\n");
    }

    /// <summary>Reads a line, strictly; null if it is none.</summary>
    /// <param name="line">Without its line feed.</param>
    internal static NoteSignature? TryParse(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(Mark))
        {
            return null;
        }

        var rest = line[Mark.Length..];
        var blank = rest.IndexOf((byte)' ');
        if (
            blank is < 1 or > KeyName.MostBytes
            || !KeyName.TryParse(StrictUtf8.Text(rest[..blank]), out var name)
            || StrictBase64.Decode(rest[(blank + 1)..]) is not { Length: > IdLength } signed
        )
        {
            return null;
        }

        return new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(signed), signed.AsMemory(IdLength));
    }
}
