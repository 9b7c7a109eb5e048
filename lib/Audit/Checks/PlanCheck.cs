using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Identity;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>(d) A plan that was registered is disclosed, valid, signed by a researcher of this consortium, and what its entry says of it.</summary>
internal static class PlanCheck
{
    private static readonly string[] s_names = ["plan.json", "researcher.crt", "signature"];

    /// <summary>Reads a plan; null, with the fault, if it does not count.</summary>
    /// <param name="folder">Where it is disclosed.</param>
    /// <param name="root">The consortium's.</param>
    /// <param name="revoked">Serial numbers of certificates that were revoked before here.</param>
    /// <param name="index">Of its entry.</param>
    /// <param name="entry">Its <c>plan.registered</c>.</param>
    /// <param name="fault">What is wrong.</param>
    public static ProposedPlan? Read(
        LogFolder folder,
        ConsortiumRoot root,
        IReadOnlyCollection<string> revoked,
        LeafIndex index,
        LogEntry entry,
        out AuditFault? fault
    )
    {
        var study = entry.Study!;
        var files = s_names.Select(name => $"plans/{study.Plan}/{name}").ToArray();
        var bytes = files.Select(folder.Read).ToArray();
        if (Array.FindIndex(bytes, file => file is null) is var missing and >= 0)
        {
            fault = new AuditFault(files[missing], $"it is missing: the plan that entry {index} registers is not disclosed. Fetch it.");
            return null;
        }

        if (Digest.Of(bytes[0]) != study.Plan)
        {
            fault = new AuditFault(files[0], $"its hash is {Digest.Of(bytes[0])}: it is not the plan that entry {index} registers.");
            return null;
        }

        if (PlanCodec.Decode(bytes[0]!) is not PlanResult.Valid { Plan: var plan })
        {
            fault = new AuditFault(files[0], $"it is no plan that this release reads, though entry {index} registers it.");
            return null;
        }

        // All of the file has to be the certificate, or else some of its bytes are covered by nothing.
        var signed = new SealedPlan(bytes[0], bytes[1], bytes[2]);
        if (!signed.IsWholeCertificate)
        {
            fault = new AuditFault(files[1], "it is not one certificate in DER and nothing else.");
            return null;
        }

        if (signed.RefusalUnder(root, revoked, out var researcher) is { } refusal)
        {
            fault = new AuditFault(files[2], $"the plan was not signed by a researcher of this consortium: {refusal}");
            return null;
        }

        var registered = (PlanRegistration)entry.Body;
        var reason =
            plan.Name != study.Name ? $"it calls the plan '{study.Name}'; the plan itself says '{plan.Name}'."
            : !PlanRegistration.Of(plan, registered.Code).IsSameAs(registered)
                ? "its roster, initial model or privacy is not what the disclosed plan gives."
            : PlanTerms.Of(plan, study.Plan, new RoundNumber(1)).Fault();
        fault = reason is null ? null : AuditFault.At(index, reason);
        return fault is null ? new ProposedPlan(plan, researcher) : null;
    }
}
