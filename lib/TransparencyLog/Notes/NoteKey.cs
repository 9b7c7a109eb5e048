using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Federated.TransparencyLog.Notes;

/// <summary>Somebody's public key for notes: name, kind and 32 bytes. Immutable and thread-safe.</summary>
/// <remarks>Written as C2SP's verifier keys, <c>name+id+base64(type ‖ key)</c>, id being the first 32 bits of SHA-256(name ‖ LF ‖ type ‖ key) in hexadecimal.</remarks>
public sealed class NoteKey : IEquatable<NoteKey>
{
    /// <summary>Longest written key, in characters.</summary>
    public const int MostLength = KeyName.MostBytes + 64;

    private readonly byte[] _key;

    private NoteKey(KeyName name, NoteAlgorithm algorithm, byte[] key)
    {
        (Name, Algorithm, _key) = (name, algorithm, key);
        Id = IdOf(name, algorithm, key);
    }

    /// <summary>Whose it is.</summary>
    public KeyName Name { get; }

    /// <summary>What its signatures are over.</summary>
    public NoteAlgorithm Algorithm { get; }

    /// <summary>Tells keys of one name apart. Short: two keys may have one id, of which at most one will verify.</summary>
    public uint Id { get; }

    /// <summary>The public key, 32 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey => _key;

    /// <summary>Makes a key; null if the bytes are no valid public key.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="algorithm">What its signatures are over.</param>
    /// <param name="publicKey">Any bytes.</param>
    public static NoteKey? TryCreate(KeyName name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        if (!Enum.IsDefined(algorithm))
        {
            throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "There is no such kind of key.");
        }

        var key = publicKey.ToArray();
        return name != default && key.Length == Ed25519Rules.KeyLength && Ed25519Rules.IsKey(key)
            ? new NoteKey(name, algorithm, key)
            : null;
    }

    /// <summary>Reads a written key, strictly; false for other kinds than those of <see cref="NoteAlgorithm"/> too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        if (text is null || text.Length > MostLength || text.Split('+', 3) is not [var name, { Length: 8 } id, var material])
        {
            return false;
        }

        if (
            !KeyName.TryParse(name, out var parsed)
            || StrictBase64.Decode(System.Text.Encoding.UTF8.GetBytes(material)) is not { Length: 1 + Ed25519Rules.KeyLength } bytes
            || !Enum.IsDefined((NoteAlgorithm)bytes[0])
        )
        {
            return false;
        }

        var created = TryCreate(parsed, (NoteAlgorithm)bytes[0], bytes.AsSpan(1));
        key = created?.Id.ToString("x8", CultureInfo.InvariantCulture) == id ? created : null;
        return key is not null;
    }

    /// <summary>True if the line says that this key made it. Says nothing of whether it did.</summary>
    public bool IsNamedBy(NoteSignature line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Id == Id && line.Name == Name;
    }

    /// <inheritdoc/>
    public bool Equals(NoteKey? other) =>
        other is not null && Name == other.Name && Algorithm == other.Algorithm && _key.AsSpan().SequenceEqual(other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NoteKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Id);

    /// <summary>The written key.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name.Value}+{Id:x8}+{StrictBase64.Of([(byte)Algorithm, .. _key])}");

    /// <param name="message">The message itself.</param>
    /// <param name="signature">Any bytes.</param>
    internal bool VerifiesMessage(byte[] message, ReadOnlySpan<byte> signature) => Ed25519Rules.Verifies(_key, message, signature);

    private static uint IdOf(KeyName name, NoteAlgorithm algorithm, byte[] key) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. name.ToBytes(), (byte)'\n', (byte)algorithm, .. key]));
}
