using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>
/// One attempt at one site, from invitation to shown shares. A state machine: messages in, steps out; no clock, disk or network. All ephemeral secrets are in
/// memory only, so that a site that restarts has left the attempt and can answer nothing about it. Not thread-safe.
/// </summary>
/// <remarks>
/// Keyed (M1 said) → Shared (M3 said) → Ready → Sent (M5) → Acknowledged (M7) → Revealing → Done (M9). Anything unexpected ends it: secrets are wiped first, then the code is said.
/// A message that was handled before is answered with the same bytes, so that a broken connection harms nothing; another one of its kind is equivocation.
/// </remarks>
public sealed class SiteAttempt : IDisposable
{
    private readonly Dictionary<MessageType, (SignedMessage Message, Digest Previous, SiteStep Answer)> _handled = [];
    private readonly SiteContext _context;
    private readonly Digest _h0;
    private SitePhase _phase;

    private SiteAttempt(SiteContext context, AttemptTerms terms, Digest h0, SitePhase phase)
    {
        _context = context;
        _h0 = h0;
        _phase = phase;
        Terms = terms;
    }

    /// <summary>The attempt.</summary>
    public AttemptTerms Terms { get; }

    /// <summary>Where the attempt is: one of <see cref="Phases"/>, or <c>left</c>.</summary>
    public string Phase => _phase.Name;

    /// <summary>The phases of an attempt that is not left, in order.</summary>
    /// <remarks>
    /// <c>keys</c> and <c>shares</c> last from the site's own message to the cohort's; <c>inputs</c> while the input is computed, masked and sent, until the
    /// receipt; <c>survivors</c> until the coordinator's list; <c>acknowledgements</c> until the quorum; <c>unmasking</c> from there.
    /// </remarks>
    public static ImmutableArray<string> Phases { get; } = ["keys", "shares", "inputs", "survivors", "acknowledgements", "unmasking"];

    /// <summary>True from the moment in which the input is awaited until it is given.</summary>
    public bool AwaitsInput => _phase is ReadyPhase;

    /// <summary>True once shares were shown, or the attempt was left: nothing secret is held any more.</summary>
    public bool IsOver => _phase is DonePhase or LeftPhase;

    /// <summary>H2, which the input is masked for; null unless the input is awaited.</summary>
    public Digest? AwaitedFor => (_phase as ReadyPhase)?.H2;

    /// <summary>H3 that this site signed; null before.</summary>
    public Digest? Acknowledged { get; private set; }

    /// <summary>Answers an invitation.</summary>
    /// <param name="context">The site.</param>
    /// <param name="expected">What the site knows of the round.</param>
    /// <param name="invitation">M0.</param>
    /// <param name="attempt">The attempt; null if it was refused.</param>
    /// <returns>M1 to say, or the refusal.</returns>
    public static SiteStep Begin(SiteContext context, SiteExpectation expected, SignedMessage invitation, out SiteAttempt? attempt)
    {
        attempt = null;
        var h0 = Transcript.H0(invitation.Body);
        if (InvitationCheck.Refusal(context, expected, invitation, out var terms) is { } refusal)
        {
            return Leave(context, h0, refusal);
        }

        var (phase, said) = KeyedPhase.Begin(new AttemptView(context, terms!, h0, expected.Revealed));
        attempt = new SiteAttempt(context, terms!, h0, phase);
        return attempt.Handled(invitation, terms!.PreviousResult, new SiteStep.Say(said));
    }

    /// <summary>Takes what the coordinator says.</summary>
    public SiteStep Receive(SignedMessage message)
    {
        if (_phase is LeftPhase)
        {
            return new SiteStep.Wait();
        }

        if (_handled.TryGetValue(message.Type, out var before) && message.Type != MessageType.InputReceipt)
        {
            return before.Message.IsSameAs(message)
                ? before.Answer
                : Leave(
                    new Refusal(AbortCode.Equivocation, $"the coordinator sent two different messages of kind {message.Type}.")
                    {
                        // What the coordinator did not sign convicts nobody: carriers, and whatever somebody made up.
                        Evidence = message.IsSignedBy(_context.Coordinator, before.Previous) ? [before.Message, message] : [],
                        Previous = before.Previous,
                    }
                );
        }

        var previous = _phase.Previous;
        return Take(_phase.Receive(message), message, previous);
    }

    /// <summary>Masks the input. Once: the same masks on another input would show the difference.</summary>
    /// <param name="input">Shape [d], |x| at most the plan's bound; noise of the site, if any, is in it already.</param>
    /// <param name="parallelism">Threads, at least 1.</param>
    /// <exception cref="InvalidOperationException">The input is not awaited, or was given before.</exception>
    public SiteStep Mask(ReadOnlySpan<int> input, int parallelism)
    {
        var ready = _phase as ReadyPhase ?? throw new InvalidOperationException($"No input is masked in {_phase.GetType().Name}.");
        return Move(ready.Mask(input, parallelism));
    }

    /// <summary>Shows shares, once what <see cref="SiteStep.Record"/> asks is on disk.</summary>
    /// <exception cref="InvalidOperationException">No quorum was seen.</exception>
    public SiteStep Reveal()
    {
        var revealing = _phase as RevealingPhase ?? throw new InvalidOperationException($"No share is shown in {_phase.GetType().Name}.");
        var step = Move(revealing.Reveal());
        var quorum = _handled[MessageType.AcknowledgementSet];
        _handled[MessageType.AcknowledgementSet] = quorum with { Answer = step }; // asked again in the same words, the same answer
        return step;
    }

    /// <summary>Leaves for a reason of the site's own, such as time.</summary>
    public SiteStep Leave(AbortCode code, string reason) => Leave(new Refusal(code, reason));

    /// <inheritdoc/>
    public void Dispose()
    {
        _phase.Dispose();
        _phase = new LeftPhase(); // whoever still asks, such as work that was not told yet, hears that it is over
        _handled.Clear();
    }

    private SiteStep Take((SitePhase? Next, SiteStep Step) result, SignedMessage message, Digest previous)
    {
        var step = Move(result);
        return step is SiteStep.Leave ? step : Handled(message, previous, step);
    }

    private SiteStep Move((SitePhase? Next, SiteStep Step) result)
    {
        var (next, step) = result;
        if (step is SiteStep.Leave left)
        {
            return Leave(left.Refusal with { Previous = _phase.Previous });
        }

        if (next is not null && !ReferenceEquals(next, _phase))
        {
            _phase.Dispose(); // what the next phase needs was handed over
            _phase = next;
        }

        if (_phase is AcknowledgedPhase acknowledged)
        {
            Acknowledged = acknowledged.H3;
        }

        return step;
    }

    private SiteStep Handled(SignedMessage message, Digest previous, SiteStep step)
    {
        _handled[message.Type] = (message, previous, step);
        return step;
    }

    private SiteStep.Leave Leave(Refusal refusal)
    {
        _phase.Dispose();
        _phase = new LeftPhase();
        _handled.Clear();
        return Leave(_context, _h0, refusal);
    }

    private static SiteStep.Leave Leave(SiteContext context, Digest h0, Refusal refusal) =>
        new(refusal, SignedMessage.Sign(MessageType.Abort, AbortNotice.ToBody(refusal.Code), h0, context.Signer));
}
