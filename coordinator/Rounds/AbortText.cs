using Federated.SecureAggregation;

namespace Federated.Coordinator.Rounds;

/// <summary>Why a site left, in words for researchers and operators.</summary>
internal static class AbortText
{
    internal static string Of(AbortCode code) =>
        code switch
        {
            AbortCode.PlanHash => "it approved another plan than the one it was invited to.",
            AbortCode.ModelHash => "it computed another model or another past.",
            AbortCode.Replay => "it had answered this attempt, or a later one, before.",
            AbortCode.Roster => "the cohort was not one of the plan's roster, with one site of each legal entity.",
            AbortCode.Certificate => "it does not accept a member's credential.",
            AbortCode.Revealed => "it showed shares for other survivors of this round before, and does not for a second set.",
            AbortCode.BadCiphertext or AbortCode.BadShare or AbortCode.ShareCommitment =>
                "what another site dealt it does not open, or is not what that site committed to; its log names that site.",
            AbortCode.Overflow => "its update is beyond the plan's bound.",
            AbortCode.Timeout => "it ran out of time.",
            AbortCode.Local => "for reasons of its own.",
            _ => $"{code}; its log says more.",
        };
}
