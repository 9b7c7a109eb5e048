using Federated.Federation;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Sites;

/// <summary>(h) A site's decision on a plan, as its people wrote it: byte for byte a file that the log has the hash of, said by one site.</summary>
internal sealed class DecisionCheck
{
    private readonly Dictionary<Digest, (SiteName Site, LeafIndex First)> _said = [];
    private readonly Dictionary<Digest, (SiteName Site, LeafIndex At)> _again = []; // of another site: a decision has a random number in it, and is nobody else's

    /// <summary>Remembers what the log says.</summary>
    public void Take(LeafIndex index, SiteName site, PlanDecision decision)
    {
        if (!_said.TryAdd(decision.Decision, (site, index)) && _said[decision.Decision].Site != site)
        {
            _again.TryAdd(decision.Decision, (site, index));
        }
    }

    /// <summary>Why a file is no decision that the log knows, or null.</summary>
    public AuditFault? Fault(GivenFile file)
    {
        if (file.Bytes.IsEmpty)
        {
            return new AuditFault(file.Name, "it is empty: where the policy alone decided, there is no file.");
        }

        var hash = Digest.Of(file.Bytes.Span);
        return !_said.TryGetValue(hash, out var said)
                ? new AuditFault(
                    file.Name,
                    $"its hash is {hash}, which no site has said in this log: it was changed, or is newer than the log. Fetch the log again."
                )
            : _again.TryGetValue(hash, out var again)
                ? AuditFault.At(
                    again.At,
                    $"{again.Site} says that {file.Name} is its decision; entry {said.First} says that it is that of {said.Site}."
                )
            : null;
    }
}
