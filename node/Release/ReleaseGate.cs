using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Ledger;
using Federated.Node.Log;
using Federated.Node.Policy;
using Federated.Node.Sessions;
using Federated.Node.Studies;
using Federated.Privacy.Release;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.TransparencyLog.Entries;
using Federated.V1;

namespace Federated.Node.Release;

/// <summary>
/// The one door through which anything computed from patients leaves this node. <see cref="Query"/> asks and rounds, while the other sites' keys come in; <see cref="ReleaseAsync"/> charges,
/// adds noise, masks, writes the attempt down and sends, in this order. Nothing else in the node may mask an input or build a <see cref="MaskedInputMessage"/> (an architecture test says so),
/// and what is between the two methods can be read by neither the session nor the study.
/// </summary>
internal sealed class ReleaseGate(
    CoordinatorChannel coordinator,
    PrivacyBudget budget,
    PolicyDesk policy,
    SiteJournal journal,
    SiteLog auditLog,
    NodeOptions options,
    NodeLog log,
    TimeProvider time
)
{
    private readonly InputUpload _upload = new(coordinator, time);

    /// <summary>Asks this site's patients, and rounds the answer to the integer grid. Nothing leaves, and nothing is charged.</summary>
    /// <param name="release">What is asked.</param>
    /// <param name="planHash">Of the approved plan.</param>
    /// <param name="model">The model before the round.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="ExternalException">libtorch failed.</exception>
    /// <exception cref="OperatorException">The list of objections cannot be read, or leaves nobody.</exception>
    internal (RoundedAnswer? Answer, GateRefusal? Refusal) Query(
        SiteRelease release,
        Digest planHash,
        ModelState model,
        CancellationToken cancellationToken
    )
    {
        var round = model.Round.Next;
        // Noise is drawn before the patients are asked, because how long that takes depends on it; it is added after the charge.
        var grid = release is { Cost.Grid: var g, IsNoisedInside: false } ? g : null;
        var noise = grid is null ? null : SiteNoise.Draw(grid, RandomNumberGenerator.Fill);
        var vector = new double[release.Dimension];
        var result = release.Query().Answer(model, round, vector, cancellationToken); // clips what each patient adds
        if (result.Note is { } note)
        {
            log.DataWarning(note);
        }

        if (result.Ignored > 0)
        {
            log.PatientsIgnored(planHash.Abbreviated, round.Value, result.Ignored); // here only: it is a count of patients
        }

        if (noise is not null)
        {
            var quantized = NoisyInput.Quantize(vector, grid!, out _);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(vector.AsSpan()));
            return quantized is { } input
                ? (new RoundedAnswer(input, noise), null)
                : (
                    null,
                    new GateRefusal(
                        DeclineCode.NotFinite,
                        "the sum over this site's patients does not fit its grid, though each was clipped: a fault of this software."
                    )
                );
        }

        if (release.Cost is not null && vector.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
        {
            vector.AsSpan().Clear(); // a private study says of no site that its numbers ran away
        }

        var rounded = new int[release.Dimension];
        var clamped = SiteUpdate.Encode(vector, release.Weight, release.Grid, rounded);
        if (clamped < 0)
        {
            return (null, new GateRefusal(DeclineCode.NotFinite, "the update is not finite; the learning rate is probably too high."));
        }

        if (clamped > 0)
        {
            log.Clamped(planHash.Abbreviated, round.Value, clamped);
        }

        return (new RoundedAnswer(rounded), null);
    }

    /// <summary>Releases an answer for one attempt.</summary>
    /// <param name="plan">The approved plan.</param>
    /// <param name="planHash">Its hash.</param>
    /// <param name="run">The attempt, whose shares are in place; one release each, and none once a later one was released.</param>
    /// <param name="release">What was asked.</param>
    /// <param name="answer">Used up.</param>
    /// <param name="statements">What the log hears of charges; null without privacy.</param>
    /// <param name="deadline">When the coordinator stops waiting.</param>
    /// <param name="cancellationToken">Ends the upload; the attempt is then over for this site. What was sent stays sent.</param>
    /// <returns>The coordinator's receipt, or why there is none.</returns>
    /// <exception cref="OperatorException">Ledger or journal cannot be written; nothing left.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The coordinator's certificate does not count any more.</exception>
    internal async Task<(SignedMessage? Receipt, GateRefusal? Refusal)> ReleaseAsync(
        StudyPlan plan,
        Digest planHash,
        AttemptRun run,
        SiteRelease release,
        RoundedAnswer answer,
        ChargeStatement? statements,
        DateTimeOffset deadline,
        CancellationToken cancellationToken
    )
    {
        var attempt = run.Attempt;
        coordinator.RequirePeer(); // first: neither budget nor attempt is spent on a coordinator that no longer counts
        if (Unwanted(planHash) is { } unwanted)
        {
            return (null, unwanted); // before anything is spent
        }

        if (run.AwaitedFor is not { } h2)
        {
            return (null, new GateRefusal(DeclineCode.Protocol, "the attempt was left before its input was masked; nothing left."));
        }

        // Charge. On disk before the noise is added: if we die from here on, the charge stands and nothing left; the next attempt pays again. Its statement for the public log is on
        // disk before the charge: if we die between the two, the next start finds a statement of a line that was never written, and drops it. It travels with the input, and
        // without it the coordinator takes none.
        ReadOnlyMemory<byte> statement = default;
        void Announce(ChargedLine line) => statement = Statement(plan, planHash, attempt, h2, release, statements!, line);
        if (budget.Charge(plan, planHash, attempt, release, Announce) is { } refused)
        {
            return (null, refused);
        }

        auditLog.Confirm(statement); // not said before: a charge that fails on its way to the disk is found out at the next start

        // Noise, exact, on integers: the rounded answer is overwritten by it. Then the mask over it.
        var lanes = answer.TakeWithNoise();
        if (run.Mask(lanes, options.Threads) is not SiteStep.Send { Input: var masked })
        {
            return (null, new GateRefusal(DeclineCode.Protocol, "the attempt was left before its input was masked; nothing left."));
        }

        // The mask took its time: a window may have closed, an approval or the policy ended. What was charged stays charged.
        if (Unwanted(planHash) is { } late)
        {
            return (null, late);
        }

        // Write down. On disk before the first byte: if we die from here on, this attempt is not answered again.
        if (!journal.TryRelease(planHash, attempt, masked.InputDigest, out var why))
        {
            return (
                null,
                new GateRefusal(
                    why,
                    why == DeclineCode.Replay
                        ? $"{attempt} was answered before."
                        : $"{attempt} is no longer wanted at this site; nothing left."
                )
            );
        }

        // Send. A retransmission repeats the same bytes.
        var (receipt, refusal) = await _upload
            .SendAsync(planHash, attempt, masked, statement, deadline, cancellationToken)
            .ConfigureAwait(false);
        if (refusal is null)
        {
            NodeTelemetry.Released.Add(lanes.Length);
            log.Released(planHash.Abbreviated, attempt.Round.Value, attempt.Number.Value, lanes.Length, masked.InputDigest.Abbreviated);
        }

        return (receipt, refusal);
    }

    /// <summary>Why nothing leaves now, or null: a log that this site cannot vouch for, its people or its policy.</summary>
    private GateRefusal? Unwanted(Digest planHash) =>
        auditLog.Alarm is { } alarm ? new GateRefusal(DeclineCode.Log, alarm) : policy.NoWork(planHash);

    private ReadOnlyMemory<byte> Statement(
        StudyPlan plan,
        Digest planHash,
        Attempt attempt,
        Digest h2,
        SiteRelease release,
        ChargeStatement statements,
        ChargedLine charged
    ) =>
        auditLog.State(
            EntryKind.PrivacyCharged,
            new StudyReference(plan.Name, planHash),
            statements.Of(attempt, h2, release, charged),
            send: false
        );
}

/// <summary>A site's answer on the grid, and the noise that it will leave with. Only the release gate can read it; it prints nothing of itself.</summary>
internal sealed class RoundedAnswer : IDisposable
{
    private readonly (NoisyInput Input, SiteNoise Noise)? _private;
    private readonly int[] _lanes;
    private bool _isTaken;

    internal RoundedAnswer(NoisyInput input, SiteNoise noise) => (_private, _lanes) = ((input, noise), new int[input.Dimension]);

    /// <param name="lanes">Of a study without privacy, or whose noise is inside already.</param>
    internal RoundedAnswer(int[] lanes) => _lanes = lanes;

    /// <summary>The lanes with their noise, once.</summary>
    internal int[] TakeWithNoise()
    {
        if (_isTaken)
        {
            throw new InvalidOperationException("An answer is released once; the next attempt asks anew.");
        }

        _isTaken = true;
        if (_private is var (input, noise))
        {
            input.Release(noise, _lanes);
        }

        return _lanes;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(RoundedAnswer);

    /// <summary>Wipes what was not released.</summary>
    public void Dispose()
    {
        _private?.Input.Dispose();
        _private?.Noise.Dispose();
    }
}

/// <summary>Why the gate let nothing out.</summary>
/// <param name="Code">As the coordinator hears it.</param>
/// <param name="Reason">For the operator.</param>
/// <param name="Standing">What it is at this site, where the wire's codes are coarser; null where they say it.</param>
internal sealed record GateRefusal(DeclineCode Code, string Reason, string? Standing = null)
{
    /// <summary>As logs, status and documents write it: <c>JOURNAL_BEHIND</c>.</summary>
    internal string Name => Standing ?? JsonNamingPolicy.SnakeCaseUpper.ConvertName(Code.ToString());
}
