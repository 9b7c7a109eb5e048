using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Rounds;

/// <summary>Whether acknowledgements fix a set of survivors (design section 1.3, condition 2).</summary>
public static class Quorum
{
    /// <summary>Why these acknowledgements are no quorum, or null.</summary>
    /// <param name="set">M8.</param>
    /// <param name="cohort">U1.</param>
    /// <param name="survivors">U3: only they acknowledge.</param>
    /// <param name="h3">What they must have signed.</param>
    /// <param name="quorum">q.</param>
    public static string? Fault(AcknowledgementSet set, Cohort cohort, SiteSet survivors, Digest h3, int quorum)
    {
        if (!set.Signers.IsWithin(survivors))
        {
            return "somebody who is no survivor acknowledges.";
        }

        if (set.Signers.Count < quorum)
        {
            return $"{set.Signers.Count} acknowledgements; {quorum} are needed.";
        }

        foreach (var (index, signature) in set.Signers.Members.Zip(set.Signatures))
        {
            var message = new SignedMessage(MessageType.Acknowledgement, default, signature);
            if (!message.IsSignedBy(cohort.Members[index].Site.Key, h3))
            {
                return $"the acknowledgement of {cohort.Members[index].Site.Name} is not its signature over these survivors.";
            }
        }

        return null;
    }
}
