using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Sites;

/// <summary>Where a site is in an attempt. Owns the secrets of that moment; the next phase takes over what it still needs.</summary>
internal abstract class SitePhase : IDisposable
{
    /// <summary>What the phase is called in logs: the field's word for what is exchanged in it.</summary>
    internal abstract string Name { get; }

    /// <summary>What the coordinator's own messages of this phase are signed over; zeros where it signs none.</summary>
    internal virtual Digest Previous => default;

    /// <summary>Takes a message that was not handled before.</summary>
    /// <returns>The next phase (null: the same), and what to do.</returns>
    internal abstract (SitePhase? Next, SiteStep Step) Receive(SignedMessage message);

    /// <inheritdoc/>
    public abstract void Dispose();

    private protected (SitePhase? Next, SiteStep Step) Unexpected(SignedMessage message) =>
        Refuse(AbortCode.Unexpected, $"a {message.Type} is not awaited in {GetType().Name}.");

    private protected static (SitePhase? Next, SiteStep Step) Refuse(AbortCode code, string reason) => Refuse(new Refusal(code, reason));

    private protected static (SitePhase? Next, SiteStep Step) Refuse(Refusal refusal) => (null, new SiteStep.Leave(refusal, NoticeToSign));

    /// <summary>A place for the notice that <see cref="SiteAttempt"/> signs.</summary>
    private static SignedMessage NoticeToSign { get; } = SignedMessage.Carrier(MessageType.Abort, default);
}

/// <summary>Shares were shown and everything is wiped; the last message may be asked for again.</summary>
internal sealed class DonePhase : SitePhase
{
    internal override string Name => "unmasking";

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message) => (null, new SiteStep.Wait());

    public override void Dispose() { }
}

/// <summary>The attempt was left.</summary>
internal sealed class LeftPhase : SitePhase
{
    internal override string Name => "left";

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message) => (null, new SiteStep.Wait());

    public override void Dispose() { }
}
