using Federated.Federation;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;

namespace Federated.Coordinator.Log;

/// <summary>Judges what sites want the log to say: that the site itself said it, and that it is a site's to say.</summary>
internal static class SiteEntries
{
    /// <summary>Why a statement is not taken into the log, or null.</summary>
    /// <param name="bytes">As received.</param>
    /// <param name="site">Over whose connection.</param>
    /// <param name="key">The site's log key, by its credential; null if it has not greeted.</param>
    /// <param name="entry">What it says.</param>
    internal static string? Refusal(ReadOnlyMemory<byte> bytes, SiteName site, NoteKey? key, out LogEntry? entry)
    {
        entry = null;
        if (key is null)
        {
            return "the site has not greeted yet; a session comes first.";
        }

        if (bytes.Length > SealedEntry.MostBytes)
        {
            return $"it has {bytes.Length} bytes; {SealedEntry.MostBytes} are allowed.";
        }

        if (!SealedEntry.TryParse(bytes, out var statement, out var fault))
        {
            return fault;
        }

        if (EntryKinds.SignerOf(statement.Entry.Kind) == EntrySigner.Coordinator || statement.Entry.Actor != KeyNames.ForSite(site))
        {
            return $"a '{EntryKinds.WordOf(statement.Entry.Kind)}' of {statement.Entry.Actor} is not {site}'s to say.";
        }

        if (!statement.TryVerify([key], out _, out fault))
        {
            return fault;
        }

        entry = statement.Entry;
        return null;
    }

    /// <summary>Why a masked input comes without the charge that it needs, or null.</summary>
    /// <param name="bytes">As received; empty where none came.</param>
    /// <param name="site">Over whose connection.</param>
    /// <param name="key">The site's log key.</param>
    /// <param name="plan">Of the study.</param>
    /// <param name="round">Of the input.</param>
    /// <param name="attempt">Of the input.</param>
    /// <param name="isPrivate">True if the plan promises privacy.</param>
    internal static string? ChargeRefusal(
        ReadOnlyMemory<byte> bytes,
        SiteName site,
        NoteKey? key,
        Digest plan,
        RoundNumber round,
        AttemptNumber attempt,
        bool isPrivate
    )
    {
        if (!isPrivate)
        {
            return bytes.IsEmpty ? null : "a charge came with the input of a study without privacy.";
        }

        if (bytes.IsEmpty)
        {
            return "the input of a private study came without its charge for the log.";
        }

        if (Refusal(bytes, site, key, out var entry) is { } refusal)
        {
            return $"its charge for the log does not count: {ForeignText.Clean(refusal)}";
        }

        return entry is { Body: PrivacyCharge charge } && entry.Study?.Plan == plan && charge.Round == round && charge.Attempt == attempt
            ? null
            : "the entry that came with it is not its charge.";
    }
}
