using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Hosting;

/// <summary>A list of what no longer counts.</summary>
/// <param name="Number">Grows with every list.</param>
/// <param name="Serials">Serial numbers of certificates, hexadecimal.</param>
/// <param name="Members">Members whose credentials no longer count, whichever they are.</param>
public sealed record RevocationList(long Number, IReadOnlyList<string> Serials, IReadOnlyList<PeerIdentity> Members);

/// <summary>
/// The consortium's list of certificates and members that no longer count: a document signed by the root, read again whenever its file changes, so that no
/// daemon needs a restart. Thread-safe.
/// </summary>
/// <remarks>
/// The newest list that was ever seen is kept beside the file, so that an older one is refused after a restart too. Where that folder is not ours
/// to write in, it is refused until the process ends.
/// </remarks>
/// <param name="path">The list, or null where the operator configured none.</param>
/// <param name="root">The root that must have signed it.</param>
public sealed class Revocations(string? path, X509Certificate2 root)
{
    /// <summary>Kind of the signed document.</summary>
    public const string Kind = "federated-revocations/2";

    /// <summary>
    /// Lists of an earlier release knew certificates only. They are read, so that a consortium needs no new list on the day of an upgrade: nobody whom
    /// they revoked has a credential that this release reads.
    /// </summary>
    private const string EarlierKind = "federated-revocations/1";

    /// <summary>Its usual name, beside the root's certificate.</summary>
    public const string FileName = "revocations.json";

    /// <summary>Appended to a list's path: a copy of the newest list that was seen there. Nothing in it is secret.</summary>
    public const string SeenSuffix = ".seen";

    private readonly Lock _lock = new();
    private DateTime _readAt; // guarded by _lock; the file's own time when it was read
    private Sets _list = new(0, FrozenSet<string>.Empty, FrozenSet<PeerIdentity>.Empty); // guarded by _lock

    /// <summary>True if the certificate is on the list.</summary>
    /// <exception cref="OperatorException">The file cannot be read, was not signed by the root, or is older than the one read before: then nobody is let in.</exception>
    public bool Contains(X509Certificate2 certificate) => path is not null && Current(path).Serials.Contains(certificate.SerialNumber);

    /// <summary>True if the member's credentials are on the list.</summary>
    /// <inheritdoc cref="Contains(X509Certificate2)" path="/exception"/>
    public bool Contains(PeerIdentity member) => path is not null && Current(path).Members.Contains(member);

    /// <summary>The payload of a list.</summary>
    /// <param name="number">Grows with every list.</param>
    /// <param name="serials">Serial numbers, hexadecimal, as X.509 tools print them.</param>
    /// <param name="members">Members whose credentials no longer count.</param>
    public static byte[] ToPayload(long number, IEnumerable<string> serials, params IEnumerable<PeerIdentity> members) =>
        new CanonicalJson()
            .Add("number", number)
            .Add(
                "members",
                members
                    .Distinct()
                    .OrderBy(member => member.Name)
                    .ThenBy(member => member.Role)
                    .Select(member => new CanonicalJson().Add("role", Roles.NameOf(member.Role)).Add("name", member.Name.Value))
            )
            .Add("serials", serials.Distinct().Order(StringComparer.Ordinal).Select(serial => new CanonicalJson().Add("serial", serial)))
            .ToBytes();

    /// <summary>Verifies and reads a list.</summary>
    /// <exception cref="OperatorException">It is not one of this root.</exception>
    public static RevocationList Read(string path, X509Certificate2 root) => Verify(TextFiles.ReadBytes(path), path, root);

    private static RevocationList Verify(byte[] bytes, string path, X509Certificate2 root)
    {
        using var key = root.GetECDsaPublicKey();
        if (
            !SignedDocument.TryRead(bytes, Kind, out var document, out var fault)
            && !SignedDocument.TryRead(bytes, EarlierKind, out document, out _)
        )
        {
            throw new OperatorException($"Revocation list {path} cannot be used: {fault}", "fetch it again from the consortium");
        }

        if (key is null || !document.IsSignedBy(key))
        {
            throw new OperatorException(
                $"Revocation list {path} was not signed by this consortium's root.",
                "fetch it again from the consortium"
            );
        }

        var reader = DocumentReader.Root(CanonicalJson.Parse(document.Payload, out _) ?? new DocumentNode.Scalar(0, "", IsNull: true));
        var number = (long)reader.Number("number");
        string[] serials = [.. reader.Sections("serials").Select(item => item.Text("serial"))];
        List<PeerIdentity> members = [];
        if (document.Kind == Kind)
        {
            foreach (var item in reader.Sections("members"))
            {
                var (role, name) = (item.Choice("role", Roles.Names), item.Text("name"));
                item.RefuseUnknownKeys();
                if (Roles.TryParse(role, out var parsed) && SiteName.TryParse(name, out var member))
                {
                    members.Add(new PeerIdentity(parsed, member));
                }
                else
                {
                    item.Fault("name", "it is no member's."); // never passed over: somebody was meant
                }
            }
        }

        reader.RefuseUnknownKeys();
        return reader.Faults.Count == 0
            ? new RevocationList(number, serials, members)
            : throw new OperatorException($"Revocation list {path} cannot be used: {string.Join("; ", reader.Faults)}");
    }

    private Sets Current(string file)
    {
        lock (_lock)
        {
            var written = File.GetLastWriteTimeUtc(file); // 1601 if the file is gone, which the read below then reports
            if (written != _readAt || _readAt == default)
            {
                var bytes = TextFiles.ReadBytes(file);
                var (number, serials, members) = Verify(bytes, file, root);
                var kept = KeptNumber(file);
                var seen = Math.Max(_list.Number, kept);
                if (number < seen)
                {
                    throw new OperatorException(
                        $"Revocation list {file} has number {number}, older than {seen}, which was read before.",
                        "fetch the current list from the consortium"
                    );
                }

                if (number > kept)
                {
                    Keep(file, bytes);
                }

                _list = new Sets(number, serials.ToFrozenSet(StringComparer.OrdinalIgnoreCase), members.ToFrozenSet());
                _readAt = written;
            }

            return _list;
        }
    }

    /// <summary>Number of the newest list seen by this process or one before it; 0 if no copy is there that the root signed.</summary>
    private long KeptNumber(string file)
    {
        if (!File.Exists(file + SeenSuffix))
        {
            return 0;
        }

        try
        {
            return Read(file + SeenSuffix, root).Number;
        }
        catch (OperatorException)
        {
            // Damaged, or of an earlier root. Whoever could damage the copy could also have removed it; a refusal here would only lock out
            // a member whose consortium has a new root.
            return 0;
        }
    }

    private sealed record Sets(long Number, FrozenSet<string> Serials, FrozenSet<PeerIdentity> Members);

    private static void Keep(string file, byte[] list)
    {
        try
        {
            PrivateFiles.WriteWhole(file + SeenSuffix, list);
        }
        catch (OperatorException)
        {
            // Configuration folders are often not the daemon's to write in: then this process alone remembers. The list itself counts.
        }
    }
}
