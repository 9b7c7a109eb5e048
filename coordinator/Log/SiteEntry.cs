using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Notes;

namespace Federated.Coordinator.Log;

/// <summary>What a site wants the log to say, signed by that site; whether it is true is judged by its study.</summary>
/// <param name="Bytes">As they go into the log.</param>
/// <param name="Site">Who says it.</param>
/// <param name="Key">The key that signed it.</param>
/// <param name="Entry">What it says.</param>
internal sealed record SiteEntry(ReadOnlyMemory<byte> Bytes, SiteName Site, NoteKey Key, LogEntry Entry)
{
    /// <summary>Statements of sites are small; evidence holds two signed documents.</summary>
    private const int MostBytes = 4096;

    /// <summary>As a row of the database.</summary>
    internal LogLine ToLine() => new(Bytes, Site, Entry.Study?.Plan);

    /// <summary>Reads a statement; null, with the fault, if it is not that site's to say or not signed by it.</summary>
    /// <param name="bytes">As received.</param>
    /// <param name="site">Over whose connection.</param>
    /// <param name="key">The site's log key, by its credential; null if it has not greeted.</param>
    /// <param name="fault">Why not.</param>
    internal static SiteEntry? Read(ReadOnlyMemory<byte> bytes, SiteName site, NoteKey? key, out string? fault)
    {
        if (key is null)
        {
            fault = "the site has not greeted yet; a session comes first.";
            return null;
        }

        if (bytes.Length > SealedEntry.MostBytes)
        {
            fault = $"it has {bytes.Length} bytes; {SealedEntry.MostBytes} are allowed.";
            return null;
        }

        if (!SealedEntry.TryParse(bytes, out var statement, out fault))
        {
            return null;
        }

        var entry = statement.Entry;
        fault =
            EntryKinds.SignerOf(entry.Kind) == EntrySigner.Coordinator || entry.Actor != KeyNames.ForSite(site)
                ? $"a '{EntryKinds.WordOf(entry.Kind)}' of {entry.Actor} is not {site}'s to say."
            : bytes.Length > MostBytes && entry.Kind != EntryKind.Misbehaviour
                ? $"a '{EntryKinds.WordOf(entry.Kind)}' of {bytes.Length} bytes is too long; {MostBytes} are allowed."
            : statement.TryVerify([key], out _, out var unsigned) ? null
            : unsigned;
        return fault is null ? new SiteEntry(bytes, site, key, entry) : null;
    }

    /// <summary>The charge that comes with a masked input; null without a fault where the plan has no privacy and none came.</summary>
    /// <param name="bytes">As received; empty where none came.</param>
    /// <param name="site">Over whose connection.</param>
    /// <param name="key">The site's log key.</param>
    /// <param name="isPrivate">True if the plan promises privacy.</param>
    /// <param name="fault">Why the input is not taken.</param>
    internal static SiteEntry? ReadCharge(ReadOnlyMemory<byte> bytes, SiteName site, NoteKey? key, bool isPrivate, out string? fault)
    {
        fault =
            isPrivate && bytes.IsEmpty ? "the input of a private study came without its charge for the log."
            : !isPrivate && !bytes.IsEmpty ? "a charge came with the input of a study without privacy."
            : null;
        if (fault is not null || bytes.IsEmpty)
        {
            return null;
        }

        var charge = Read(bytes, site, key, out fault);
        fault = fault is null ? null : $"its charge for the log does not count: {ForeignText.Clean(fault)}";
        return charge;
    }
}
