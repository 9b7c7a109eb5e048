using Federated.Federation;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Audit.Sites;

/// <summary>(h) A site's decision on a plan, as its people wrote it: byte for byte a file that the log has the hash of.</summary>
internal sealed class DecisionCheck
{
    private readonly HashSet<Digest> _said = [];

    /// <summary>Remembers what the log says. A site that copies another's hash, which is public, has no file for it: that one's stays what it is.</summary>
    public void Take(PlanDecision decision) => _said.Add(decision.Decision);

    /// <summary>Why a file is no decision that the log knows, or null.</summary>
    public AuditFault? Fault(GivenFile file)
    {
        if (file.Bytes.IsEmpty)
        {
            return new AuditFault(file.Name, "it is empty: where the policy alone decided, there is no file.");
        }

        var hash = Digest.Of(file.Bytes.Span);
        return !_said.Contains(hash)
            ? new AuditFault(
                file.Name,
                $"its hash is {hash}, which no site has said in this log: it was changed, or is newer than the log. Fetch the log again."
            )
            : null;
    }
}
