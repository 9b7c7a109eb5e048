namespace Federated.SecureAggregation.Messages;

/// <summary>A site's signed word that it leaves an attempt. One code and no text: a reason can say something of patients.</summary>
public static class AbortNotice
{
    /// <summary>The body's byte.</summary>
    public static byte[] ToBody(AbortCode code) => [(byte)code];

    /// <summary>Reads a body; null if it is not exactly one known code.</summary>
    public static AbortCode? Parse(ReadOnlyMemory<byte> body) =>
        body.Length == 1 && body.Span[0] != 0 && Enum.IsDefined((AbortCode)body.Span[0]) ? (AbortCode)body.Span[0] : null;
}
