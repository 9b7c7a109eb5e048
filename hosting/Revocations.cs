using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using Federated.Identity;

namespace Federated.Hosting;

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
    /// <summary>Its usual name, beside the root's certificate.</summary>
    public const string FileName = "revocations.json";

    /// <summary>Appended to a list's path: a copy of the newest list that was seen there. Nothing in it is secret.</summary>
    public const string SeenSuffix = ".seen";

    private readonly Lock _lock = new();
    private DateTime _readAt; // guarded by _lock; the file's own time when it was read
    private Known _list = new(new RevocationList(0, [], []), default); // guarded by _lock

    /// <summary>True if the certificate is on the list.</summary>
    /// <exception cref="OperatorException">The file cannot be read, was not signed by the root, or is older than the one read before: then nobody is let in.</exception>
    public bool Contains(X509Certificate2 certificate) => path is not null && Current(path).Serials.Contains(certificate.SerialNumber);

    /// <summary>True if the member's credentials are on the list.</summary>
    /// <inheritdoc cref="Contains(X509Certificate2)" path="/exception"/>
    public bool Contains(PeerIdentity member) => path is not null && Current(path).Members.Contains(member);

    /// <summary>The list, and its file as the root signed it; null where the operator configured none.</summary>
    /// <inheritdoc cref="Contains(X509Certificate2)" path="/exception"/>
    public (RevocationList List, ReadOnlyMemory<byte> File)? Newest() =>
        path is not null && Current(path) is var known ? (known.List, known.File) : null;

    /// <summary>Verifies and reads a list.</summary>
    /// <exception cref="OperatorException">It is not one of this root.</exception>
    public static RevocationList Read(string path, X509Certificate2 root) => Verify(TextFiles.ReadBytes(path), path, root);

    private static RevocationList Verify(byte[] bytes, string path, X509Certificate2 root)
    {
        using var key = root.GetECDsaPublicKey() ?? throw new OperatorException($"The root '{root.Subject}' has no EC key.");
        return RevocationList.TryRead(bytes, key, out var list, out var fault)
            ? list
            : throw new OperatorException($"Revocation list {path} cannot be used: {fault}", "fetch it again from the consortium");
    }

    private Known Current(string file)
    {
        lock (_lock)
        {
            var written = File.GetLastWriteTimeUtc(file); // 1601 if the file is gone, which the read below then reports
            if (written != _readAt || _readAt == default)
            {
                var bytes = TextFiles.ReadBytes(file);
                var list = Verify(bytes, file, root);
                var number = list.Number;
                var kept = KeptNumber(file);
                var seen = Math.Max(_list.List.Number, kept);
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

                _list = new Known(list, bytes);
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

    private sealed record Known(RevocationList List, ReadOnlyMemory<byte> File)
    {
        public FrozenSet<string> Serials { get; } = List.Serials.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

        public FrozenSet<PeerIdentity> Members { get; } = List.Members.ToFrozenSet();
    }

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
