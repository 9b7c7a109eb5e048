using Federated.SecureAggregation;
using Federated.V1;

namespace Federated.Node.Studies;

/// <summary>The protocol's codes in the words of the session.</summary>
internal static class Declines
{
    internal static DeclineCode CodeOf(AbortCode code) =>
        code switch
        {
            AbortCode.PlanHash => DeclineCode.PlanHash,
            AbortCode.Thresholds => DeclineCode.PlanInvalid,
            AbortCode.ModelHash => DeclineCode.ModelHash,
            AbortCode.Replay => DeclineCode.Replay,
            AbortCode.Timeout => DeclineCode.Timeout,
            _ => DeclineCode.Protocol,
        };
}
