using System.Globalization;
using Federated.Federation.Policies;
using Federated.Node.Hosting;

namespace Federated.Node.Diagnosis;

/// <summary>The site's policy.</summary>
internal static class PolicyChecks
{
    private static readonly TimeSpan Notice = TimeSpan.FromDays(30);

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

        var last = policy.Expires!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var left = end - time.GetUtcNow();
        const string renew = "read it again, and set expires to a later day";
        return left <= TimeSpan.Zero ? Finding.Fail(check, $"{text}; it ended with {last}, and nothing is released", renew)
            : left < Notice ? Finding.Warn(check, $"{text}; its last day is {last}", renew)
            : Finding.Ok(check, $"{text}, until {last}");
    }
}
