using System.CommandLine;
using Federated.Bench.Reporting;

namespace Federated.Bench.TransparencyLog;

/// <summary><c>fed-bench tlog</c>: how fast the audit log appends, proves and is verified.</summary>
internal static class LogCommand
{
    internal static Command Create()
    {
        var entries = Options.Whole("--entries", "Entries, 1,000 to 10 million.", 1_000_000, 1_000, 10_000_000);
        var batch = Options.Whole("--batch", "Entries appended under one checkpoint.", 256, 1, 100_000);
        var json = Options.Json();
        var command = new Command(
            "tlog",
            "Append signed entries to an audit log in batches, prove some from its files, verify all of it; memory instead of a disk, signatures of entries not counted. Figures are of one core."
        )
        {
            entries,
            batch,
            json,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(json);
            JsonFile.RefuseUnwritable(file);
            using var run = new LogRun(parsed.GetValue(entries));
            var figures = run.Measure(parsed.GetValue(batch));
            Console.Write(figures.ToText());
            JsonFile.Write(file, figures);
            return figures.Verified ? 0 : 1;
        });
        return command;
    }
}
