using System.Collections.Immutable;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Messages;

/// <summary>M2: the M1 of every member with its signature, in the order of the cohort.</summary>
internal static class SignedList
{
    internal static byte[] ToBody(IReadOnlyList<SignedMessage> messages)
    {
        var writer = new BodyWriter(messages.Count * 1024).U16(messages.Count);
        foreach (var message in messages)
        {
            writer.LengthAndBytes(message.Body.Span).Bytes(message.Signature.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a body; null if it is not exactly such a list.</summary>
    internal static ImmutableArray<SignedMessage>? Parse(ReadOnlyMemory<byte> body, MessageType type)
    {
        var reader = new BodyReader(body);
        var count = reader.U16();
        if (count > Protocol.MaxCohort)
        {
            return null;
        }

        var messages = ImmutableArray.CreateBuilder<SignedMessage>(count);
        for (var i = 0; i < count && !reader.HasFailed; i++)
        {
            var one = reader.LengthAndBytes(Protocol.MaxSiteBodyBytes);
            messages.Add(new SignedMessage(type, one, reader.Take(Suite.SignatureLength)));
        }

        return reader.IsWhole ? messages.DrainToImmutable() : null;
    }
}
