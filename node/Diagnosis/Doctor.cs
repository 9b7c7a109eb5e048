using Federated.Hosting;
using Federated.Node.Hosting;

namespace Federated.Node.Diagnosis;

/// <summary>
/// Checks a node's installation from its configuration to its data, with or without the daemon running beside it, and names the fix for each
/// fault. Changes nothing, and takes nothing from a daemon that is connected.
/// </summary>
internal sealed class Doctor(TimeProvider time)
{
    /// <summary>All findings, in the order in which they should be mended.</summary>
    /// <param name="configFile">The node's configuration file.</param>
    /// <param name="overrides">Settings that override it.</param>
    /// <param name="cancellationToken">Ends the calls to the coordinator.</param>
    internal async Task<IReadOnlyList<Finding>> ExamineAsync(
        string configFile,
        IReadOnlyList<string> overrides,
        CancellationToken cancellationToken
    )
    {
        NodeSetup setup;
        try
        {
            setup = NodeSetup.Read(configFile, overrides);
        }
        catch (OperatorException e)
        {
            return [Finding.Fail("configuration", e.Message, e.Hint ?? "mend the file; docs/configuration.md lists the keys")];
        }

        List<Finding> findings = [Finding.Ok("configuration", configFile), PolicyChecks.Examine(setup, time)];
        var identity = new IdentityChecks(setup, time);
        findings.AddRange(identity.Examine());
        using (identity.Tls)
        {
            var state = new StateChecks(setup, identity);
            var daemon = state.ReadDaemon(findings);
            findings.AddRange(
                await new CoordinatorChecks(setup, identity, daemon, time).ExamineAsync(cancellationToken).ConfigureAwait(false)
            );
            findings.AddRange(state.Examine(daemon));
        }

        findings.AddRange(LedgerChecks.Examine(setup));
        findings.AddRange(DataChecks.Examine(setup));
        findings.AddRange(TorchChecks.Examine(setup.Options.Device));
        return findings;
    }

    /// <summary>Runs a check; what it throws for the operator is its finding.</summary>
    internal static Finding Guard(string check, string fix, Func<Finding> examine)
    {
        try
        {
            return examine();
        }
        catch (OperatorException e)
        {
            return Finding.Fail(check, e.Message, e.Hint ?? fix);
        }
    }
}
