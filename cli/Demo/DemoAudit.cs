using System.Diagnostics;
using Federated.Cli.Audit;
using Federated.Cli.Audit.Fetching;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Hosting;

namespace Federated.Cli.Demo;

/// <summary>The audit log of a demonstration that is kept: fetched as any auditor would, once its sites have cosigned its end.</summary>
internal static class DemoAudit
{
    /// <summary>Sites cosign within milliseconds; a node that was killed last has to come back first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Fetches the log with all masked inputs into a folder, again until a quorum has cosigned what it says of the study's end.</summary>
    /// <exception cref="OperatorException">That did not happen.</exception>
    internal static async Task FetchAsync(CoordinatorCalls calls, string path, Digest plan, CancellationToken cancellationToken)
    {
        using var folder = AuditFolder.Open(path);
        using var root = AuditOptions.RootOf(calls);
        var client = new AuditClient(calls);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience; await Task.Delay(Between, cancellationToken))
        {
            if ((await client.CheckpointsAsync(cancellationToken)).Cosigned is null)
            {
                continue;
            }

            var fetched = await AuditFetch.RunAsync(client, folder, root, withInputs: true, progress: null, cancellationToken);
            if (fetched.Contents.Studies.Any(study => study.Plan == plan && study.IsReleased))
            {
                return;
            }
        }

        throw new OperatorException(
            "The end of the audit log was not cosigned by a quorum of the demonstration's hospitals.",
            "the nodes' logs say why"
        );
    }

    /// <summary>What a reader types next.</summary>
    /// <param name="root">The demonstration's folder.</param>
    /// <param name="model">Its model.</param>
    /// <param name="hasLedgers">True for a private study.</param>
    internal static string Command(string root, string model, bool hasLedgers)
    {
        var ledgers = hasLedgers ? $" --ledgers '{Path.Combine(root, "*", "ledger")}'" : "";
        return $"fed audit verify {Path.Combine(root, "log")} --journals '{Path.Combine(root, "*", "journal")}'{ledgers} --model {model}";
    }
}
