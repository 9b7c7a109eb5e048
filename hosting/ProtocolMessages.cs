using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Suites;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Hosting;

/// <summary>The messages of secure aggregation to and from the wire. Nothing is interpreted here: bytes stay the bytes that were signed.</summary>
public static class ProtocolMessages
{
    /// <summary>A message as it travels.</summary>
    public static ProtocolMessage ToWire(this SignedMessage message, Digest planHash, RoundNumber round, AttemptNumber attempt) =>
        new()
        {
            PlanHash = ByteString.CopyFrom(planHash.ToArray()),
            Round = round.Value,
            Attempt = attempt.Value,
            Type = (uint)message.Type,
            Body = UnsafeByteOperations.UnsafeWrap(message.Body),
            Signature = UnsafeByteOperations.UnsafeWrap(message.Signature),
            Attachment = UnsafeByteOperations.UnsafeWrap(message.Attachment),
        };

    /// <summary>Takes a message off the wire.</summary>
    /// <param name="wire">What came.</param>
    /// <param name="fault">What is wrong with its form: kind or sizes. What it says is not looked at.</param>
    /// <returns>Null if its form is wrong.</returns>
    public static SignedMessage? FromWire(this ProtocolMessage wire, out string? fault)
    {
        var type = (MessageType)wire.Type;
        fault =
            wire.Type > byte.MaxValue || !Enum.IsDefined(type) ? $"there is no message of kind {wire.Type}."
            : wire.Body.Length > Protocol.MaxBodyBytes(type)
                ? $"a {type} of {wire.Body.Length} bytes is larger than {Protocol.MaxBodyBytes(type)}."
            : wire.Signature.Length is not (0 or Suite.SignatureLength)
                ? $"a signature has {Suite.SignatureLength} bytes; this one has {wire.Signature.Length}."
            : wire.Attachment.Length > Protocol.MaxAttachmentBytes(type)
                ? $"a {type} has {wire.Attachment.Length} bytes attached; at most {Protocol.MaxAttachmentBytes(type)} are taken."
            : null;
        return fault is null ? new SignedMessage(type, wire.Body.Memory, wire.Signature.Memory, wire.Attachment.Memory) : null;
    }
}
