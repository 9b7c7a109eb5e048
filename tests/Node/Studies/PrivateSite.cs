using System.Collections.Immutable;
using Federated.Federation.Plans;
using Federated.Node.Hosting;
using Federated.Node.Ledger;
using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Ledger;
using Federated.Privacy;
using Federated.Privacy.Ledger;

namespace Federated.Node.Tests.Studies;

/// <summary>A node's folder whose patients are registered in a privacy ledger.</summary>
internal static class PrivateSite
{
    /// <summary>The keys of a node's configuration, without an anchor and with one.</summary>
    public const string DataSet = """
        , "dataSet": "cardiology"
        """;

    /// <inheritdoc cref="DataSet"/>
    public const string Anchored = """
        , "dataSet": "cardiology", "ledger": { "anchor": "anchor.json" }
        """;

    /// <summary>The real node with its patients registered, and with a study joined.</summary>
    public static async Task<StudyAtNode> JoinAsync(StudyPlan plan, CancellationToken stop, string more = DataSet)
    {
        var bench = await StudyAtNode.StartAsync(plan, stop, more: more, withoutPrivacy: "refuse", prepare: files => Register(files));
        var answer = await bench.OfferAsync();
        if (answer.Accepted)
        {
            return bench;
        }

        await bench.DisposeAsync();
        throw new AssertFailedException($"the node declined: {answer.Code}");
    }

    /// <summary>Registers the patients, as <c>fed-node ledger register</c> does. The node does not run.</summary>
    public static void Register(NodeFiles files, double epsilon = 100)
    {
        using var ledger = Open(files);
        ledger.Record(new LedgerEntry.Registered(LedgerBench.Name, new Budget(new Epsilon(epsilon), new Delta(1e-5)), LedgerBench.Act));
    }

    /// <summary>The ledger, opened as the node does, which does not run.</summary>
    public static DataSetLedger Open(NodeFiles files)
    {
        Directory.CreateDirectory(files.State);
        return NodeSetup.Read(files.Config, []).OpenLedger(TimeProvider.System)!;
    }

    /// <summary>What lies in the ledger's file now, whoever has it open.</summary>
    public static ImmutableArray<Charge> Charges(NodeFiles files) =>
        [.. LedgerFile.Read(FileOf(files), LedgerBench.Name).Ledger.History.Charges.Select(line => line.Charge)];

    /// <summary>Cuts the ledger's file to its first line: a copy from before the first release.</summary>
    public static void RestoreOldLedger(NodeFiles files) => File.WriteAllText(FileOf(files), File.ReadAllLines(FileOf(files))[0] + "\n");

    private static string FileOf(NodeFiles files) => Path.Combine(files.State, "ledger", $"{LedgerBench.Name}.jsonl");
}
