using Federated.Coordinator.Aggregation;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;

namespace Federated.Coordinator.Rounds;

/// <summary>What a study says to a masked input, before its bytes and after them.</summary>
internal abstract record UploadAnswer
{
    private UploadAnswer() { }

    /// <summary>Send it.</summary>
    /// <param name="Half">What came before over a connection that broke; null if nothing did.</param>
    internal sealed record Go(InputAssembly? Half) : UploadAnswer;

    /// <summary>It is in the sum.</summary>
    internal sealed record Done(SignedMessage Receipt) : UploadAnswer;

    /// <summary>It is not taken.</summary>
    internal sealed record Refused(Refusal Refusal) : UploadAnswer;
}
