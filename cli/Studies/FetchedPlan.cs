using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <summary>A plan as a coordinator holds it, judged by what this machine knows: the hash that was asked for, and the consortium's root.</summary>
/// <param name="Plan">The plan; its bytes have the hash.</param>
/// <param name="SignedBy">The researcher, or null where the signature does not count.</param>
/// <param name="Refusal">Why the signature does not count, or null.</param>
internal sealed record FetchedPlan(StudyPlan Plan, string? SignedBy, string? Refusal)
{
    /// <exception cref="OperatorException">The bytes are not those of the plan hash.</exception>
    internal static FetchedPlan Of(Digest planHash, FetchPlanResponse response, TlsIdentity tls)
    {
        if (Digest.Of(response.Plan.Span) is var found && found != planHash)
        {
            throw new OperatorException(
                $"The plan that the coordinator holds for study {planHash} is not the one that was signed: its bytes have the hash {found}. They were altered at the coordinator or on the way.",
                "do not go on with this study; ask the coordinator's operator to restore the plan from backup and to find out who wrote to it"
            );
        }

        var result = PlanCodec.Decode(response.Plan.Memory);
        if (result is not PlanResult.Valid { Plan: var plan })
        {
            var fault = result is PlanResult.Invalid invalid ? $": {ForeignText.Clean(invalid.Faults[0].ToString())}" : ".";
            throw new OperatorException(
                $"The plan of study {planHash} is whole, and yet this version cannot read it{fault}",
                "use the version that submitted it, or a later one"
            );
        }

        var refusal = PlanSignature.Refusal(
            response.Plan.Memory,
            response.Certificate.Memory,
            response.Signature.Memory,
            tls,
            out var researcher
        );
        return new FetchedPlan(plan, refusal is null ? researcher.Value : null, refusal);
    }

    /// <summary>The plan, if its signature counts.</summary>
    /// <exception cref="OperatorException">It does not.</exception>
    internal StudyPlan Signed() =>
        Refusal is null
            ? Plan
            : throw new OperatorException(
                $"The signature of study '{Plan.Name}' does not count: {Refusal}",
                "fed study show says more; ask the researcher who submitted it"
            );
}
