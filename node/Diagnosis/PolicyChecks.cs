using System.Globalization;
using Federated.Federation.Policies;
using Federated.Node.Hosting;

namespace Federated.Node.Diagnosis;

/// <summary>The site's policy.</summary>
internal static class PolicyChecks
{
    private const int DaysOfNotice = 30;

    internal static Finding Examine(NodeSetup setup, TimeProvider time)
    {
        const string check = "policy";
        var file = setup.Policy;
        var state = file.Read();
        if (state.Policy is not { } policy)
        {
            return Finding.Fail(
                check,
                state.Fault!,
                "mend the file (docs/site-policy.md has every key): a running daemon releases nothing meanwhile, and reads it again within a second"
            );
        }

        var text = $"{file.Name}: approval: {policy.Approval.Word()}, hash {policy.Hash.Abbreviated}";
        if (policy.Ends is not { } end)
        {
            return Finding.Ok(check, text);
        }

        var left = (int)Math.Floor((end - time.GetUtcNow()).TotalDays);
        var renew = $"read it again, and set expires to a later day than {policy.Expires!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        return left < 0 ? Finding.Fail(check, $"{text}; it has ended, and nothing is released", renew)
            : left < DaysOfNotice ? Finding.Warn(check, $"{text}; it ends in {left} days", renew)
            : Finding.Ok(check, $"{text}, ends in {left} days");
    }
}
