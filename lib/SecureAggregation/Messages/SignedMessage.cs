using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Messages;

/// <summary>One message as it travels: bytes that a signature is over, the signature, and bytes that the signed ones commit to.</summary>
/// <param name="Type">Which message.</param>
/// <param name="Body">The exact bytes that were signed; verified first, parsed afterwards, never written anew.</param>
/// <param name="Signature">64 bytes; empty for messages that only carry others' signed ones.</param>
/// <param name="Attachment">M3's items, whose root is in the body; empty otherwise.</param>
public sealed record SignedMessage(
    MessageType Type,
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Signature,
    ReadOnlyMemory<byte> Attachment = default
)
{
    private const int MostSignedBytes = 128;

    /// <summary>Signs a body.</summary>
    /// <param name="type">Which message.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="previous">The transcript hash that this type is over.</param>
    /// <param name="signer">The sender's identity.</param>
    /// <param name="attachment">Bytes that the body commits to.</param>
    public static SignedMessage Sign(
        MessageType type,
        ReadOnlyMemory<byte> body,
        Digest previous,
        IdentitySigner signer,
        ReadOnlyMemory<byte> attachment = default
    )
    {
        Span<byte> signed = stackalloc byte[MostSignedBytes];
        var signature = new byte[Suite.SignatureLength];
        signer.Sign(signed[..Preimage(type, body.Span, previous, signed)], signature);
        return new SignedMessage(type, body, signature, attachment);
    }

    /// <summary>A message that carries others' signatures and none of its own.</summary>
    public static SignedMessage Carrier(MessageType type, ReadOnlyMemory<byte> body) => new(type, body, default);

    /// <summary>True if the holder of <paramref name="key"/> signed exactly this body, as this type, over this transcript hash.</summary>
    public bool IsSignedBy(IdentityKey key, Digest previous)
    {
        Span<byte> signed = stackalloc byte[MostSignedBytes];
        return key.Verifies(signed[..Preimage(Type, Body.Span, previous, signed)], Signature.Span);
    }

    /// <summary>True if every byte is the same.</summary>
    public bool IsSameAs(SignedMessage other) =>
        Type == other.Type
        && Body.Span.SequenceEqual(other.Body.Span)
        && Signature.Span.SequenceEqual(other.Signature.Span)
        && Attachment.Span.SequenceEqual(other.Attachment.Span);

    /// <summary><c>"FLSA/1 msg" ‖ 0x00 ‖ u8 type ‖ prev32 ‖ SHA256(body)</c>, section 2.3 of the protocol.</summary>
    private static int Preimage(MessageType type, ReadOnlySpan<byte> body, Digest previous, Span<byte> destination)
    {
        var label = "FLSA/1 msg\0"u8;
        label.CopyTo(destination);
        destination[label.Length] = (byte)type;
        previous.CopyTo(destination[(label.Length + 1)..]);
        SHA256.HashData(body, destination[(label.Length + 1 + Digest.Length)..]);
        return label.Length + 1 + (2 * Digest.Length);
    }
}
