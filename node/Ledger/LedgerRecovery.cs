using System.Text;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Journal;
using Federated.Privacy.Ledger;

namespace Federated.Node.Ledger;

/// <summary>
/// Puts a ledger right, in ways that never give back what may have been spent. Each leaves a line with who did it and why, and what the anchor had said. The caller of all but
/// <see cref="Examine"/> holds the state folder's lock.
/// </summary>
/// <remarks>
/// Why writing off is enough: the ledger refused every charge that would have brought a study beyond what its plan allows, so whatever lines were lost, all charges of that
/// study together cost no more than its plan's (ε, δ), which adds to the rest by basic composition.
/// </remarks>
internal sealed class LedgerRecovery(
    StateFolder state,
    DataSetName name,
    LedgerAnchor? anchor,
    JournalHistory journal,
    Func<Digest, bool> isPrivate,
    TimeProvider time
)
{
    private readonly string _path = DataSetLedger.PathOf(state, name);

    /// <summary>Whose ledger.</summary>
    internal DataSetName Name => name;

    /// <summary>What is wrong: the ledger's own fault, studies with releases that were never charged, and studies that lost lines may belong to.</summary>
    internal (string? Fault, IReadOnlyList<Digest> Uncharged, IReadOnlyList<Digest> Unfinished) Examine()
    {
        var read = DataSetLedger.Examine(_path, name, anchor, out var fault);
        var history = read.Ledger.History;
        return (fault, [.. MissingCharges.Uncharged(journal, history, isPrivate)], [.. MissingCharges.Unfinished(journal, history)]);
    }

    /// <summary>Puts a newer copy in place.</summary>
    /// <exception cref="OperatorException">It is not newer, does not reach the anchor, or does not go on from what is there.</exception>
    internal string Install(string copy, HumanAct act)
    {
        var (newer, bytes) = LedgerFolder.Copy(copy, name);
        if (Seen() is { } seen && newer.Behind(seen) is { } behind)
        {
            throw new OperatorException($"{copy} will not do: {behind}.", "find a newer copy, or write off what is lost");
        }

        if (Readable() is { } present && !newer.Hashes.Take(present.Hashes.Count).SequenceEqual(present.Hashes))
        {
            throw new OperatorException(
                $"{copy} does not go on from {_path}: it lacks lines that are there, or has others.",
                "keep the one that is there, or find a copy that holds all of its lines"
            );
        }

        RequireCharges(newer.Ledger.History);
        StateFolder.Create(state.Ledgers);
        var aside = LedgerFolder.SetAside(_path);
        // If we die here, there is no ledger, and its anchor says that there was one: the next try finds the copy as it was.
        PrivateFiles.WriteSecret(_path, Encoding.UTF8.GetString(bytes));
        Append(Recovery.Complete, [], act);
        return $"{newer.Hashes.Count} lines from {copy} are in place{(aside is null ? "" : $"; what was there is in {aside}")}";
    }

    /// <summary>A person vouches that the ledger is complete.</summary>
    /// <exception cref="OperatorException">Anchor or journal say otherwise.</exception>
    internal string VouchFor(HumanAct act)
    {
        var present = Present();
        if (Seen() is { } seen && present.Behind(seen) is { } behind)
        {
            throw new OperatorException(
                $"Ledger {_path} is not complete: {behind}.",
                "put a newer copy in place, or write off what is lost"
            );
        }

        RequireCharges(present.Ledger.History);
        Append(Recovery.Complete, [], act);
        return $"the ledger of {name} counts as complete, with {present.Hashes.Count} lines and the one that says so";
    }

    /// <summary>Counts studies at all that their plans allow.</summary>
    /// <param name="studies">At least one; every one that is known to have charges missing.</param>
    /// <param name="cap">Where the whole ledger is lost: of the new one.</param>
    /// <param name="act">Who and why.</param>
    /// <exception cref="OperatorException">A study is missing among them, or the ledger is lost and no cap was given, or it is there and one was.</exception>
    internal string WriteOff(IReadOnlyList<WrittenOffStudy> studies, Budget? cap, HumanAct act)
    {
        var present = Readable();
        var isLost = present is null || present.Hashes.Count == 0;
        if (isLost != cap is not null)
        {
            throw new OperatorException(
                isLost
                    ? $"There is no ledger {_path} that can be read; one is begun in its place."
                    : $"Ledger {_path} is there, and has its cap.",
                isLost
                    ? "give the cap of the new one: --epsilon E --delta D"
                    : "leave out --epsilon and --delta; fed-node ledger cap changes the cap"
            );
        }

        var (_, uncharged, unfinished) = Examine();
        var isBehind = isLost || (Seen() is { } seen && present!.Behind(seen) is not null);
        List<Digest> missing = [.. uncharged.Concat(isBehind ? unfinished : []).Except(studies.Select(study => study.Plan))];
        if (missing.Count > 0)
        {
            throw new OperatorException(
                $"Charges of other studies may be lost too: {string.Join(", ", missing)}.",
                $"write these off as well: {string.Join(' ', missing.Select(plan => $"--write-off {plan}=EPSILON,DELTA"))}"
            );
        }

        var aside = isLost ? LedgerFolder.SetAside(_path) : null;
        Append(Recovery.WrittenOff, studies, act, cap);
        return $"{studies.Count} studies are written off; the ledger of {name} goes on with what is left of its cap{(aside is null ? "" : $"; what was there is in {aside}")}";
    }

    /// <summary>Nothing is charged any more.</summary>
    /// <exception cref="OperatorException">There is no ledger that could say so.</exception>
    internal string Close(HumanAct act)
    {
        Present();
        Append(Recovery.Closed, [], act);
        return $"data set {name} is closed: nothing is released of it any more";
    }

    private void Append(Recovery recovery, IReadOnlyList<WrittenOffStudy> studies, HumanAct act, Budget? cap = null)
    {
        var seen = Seen() ?? default;
        var entry = new LedgerEntry.Recovered(recovery, seen, [.. studies], act);
        if (cap is not null)
        {
            DataSetLedger.Begin(state, name, anchor, time, new LedgerEntry.Registered(name, cap, act), entry);
            return;
        }

        using var ledger = DataSetLedger.Open(state, name, anchor, time);
        ledger.Record(entry);
    }

    private LedgerPosition? Seen() => anchor?.Read(name);

    /// <summary>The ledger that is there; null if it is damaged.</summary>
    private LedgerFile? Readable()
    {
        try
        {
            return LedgerFile.Read(_path, name);
        }
        catch (OperatorException)
        {
            return null; // what is damaged is set aside, never appended to
        }
    }

    private LedgerFile Present() =>
        LedgerFile.Read(_path, name) is { Hashes.Count: > 0 } present
            ? present
            : throw new OperatorException(
                $"There is no ledger {_path}.",
                "put a copy in place (--from FILE), or write off the studies that ran here (--write-off, with --epsilon and --delta)"
            );

    private void RequireCharges(LedgerHistory ledger)
    {
        if (MissingCharges.Uncharged(journal, ledger, isPrivate).ToList() is { Count: > 0 } uncharged)
        {
            throw new OperatorException(
                $"The journal knows releases that this ledger does not have, of plans {string.Join(", ", uncharged)}.",
                "write these plans off, each at all that it allows"
            );
        }
    }
}
