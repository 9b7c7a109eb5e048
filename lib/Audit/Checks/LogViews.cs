using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>(d) What coordinator and sites said of the log in a round's own messages.</summary>
internal static class LogViews
{
    /// <summary>Why the messages of a proof speak of another log than the attempt was begun under, or null.</summary>
    /// <param name="proof">Verified.</param>
    /// <param name="log">The checkpoint that <c>cohort.formed</c> names.</param>
    /// <remarks>
    /// Messages of protocol version 1 have no view of the log: their fields are zero, which reading a message holds them to. Until they carry one, the
    /// view is bound by <c>cohort.formed</c> alone.
    /// </remarks>
    public static string? Fault(RoundProof proof, TreeHead log)
    {
        _ = (proof, log);
        return null;
    }
}
