using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Notes;
using Google.Protobuf;

namespace Federated.Node.Log;

/// <summary>The root's word on the log's other witnesses, as a session had it. Not thread-safe.</summary>
internal sealed class WitnessCredentials(CredentialBook book)
{
    private readonly Dictionary<SiteName, ReadOnlyMemory<byte>> _credentials = [];

    /// <summary>Forgets all: the next session is told them again.</summary>
    internal void Clear() => _credentials.Clear();

    /// <summary>Takes credentials that were shown; yields why one does not count. The others may be enough.</summary>
    internal IEnumerable<string> Learn(IEnumerable<ByteString> credentials)
    {
        foreach (var credential in credentials)
        {
            if (!book.CheckMember(credential.Memory, out var member, out var revoked))
            {
                yield return $"a witness's credential does not count: {revoked}";
            }
            else if (member.Holder.Role == Role.Site)
            {
                _credentials[member.Holder.Name] = credential.Memory;
            }
        }
    }

    /// <summary>A witness's key, if its credential counts today: one that was revoked a moment ago does not.</summary>
    internal NoteKey? KeyOf(SiteName site) =>
        _credentials.TryGetValue(site, out var credential) && book.CheckMember(credential, out var member, out _)
            ? member.WitnessKey(KeyNames.ForSite(site))
            : null;
}
