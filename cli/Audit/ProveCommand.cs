using System.CommandLine;
using System.Text.Json;
using Federated.Hosting;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Trees;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit prove</c>: one entry as a file that shows it to be in the log.</summary>
internal static class ProveCommand
{
    internal static Command Create()
    {
        var folder = AuditOptions.Folder();
        var index = new Argument<long>("index") { Description = "Number of the entry, from 0; fed audit show says it." };
        var output = new Option<FileInfo>("--out")
        {
            Description = "File to write; its name usually ends in .tlog-proof.",
            Required = true,
        };
        var json = AuditOptions.Json("Print what was written as JSON.");
        var command = new Command(
            "prove",
            "Write one entry with its path to the log's checkpoint into a file (C2SP tlog-proof), which tools that read this format verify alone."
        )
        {
            folder,
            index,
            output,
            json,
        };
        command.SetAction(parsed =>
        {
            var (checkpoint, tree) = AuditOptions.Open(parsed.GetRequiredValue(folder));
            var number = parsed.GetRequiredValue(index);
            if (number < 0 || number >= tree.Head.Size.Value)
            {
                throw new OperatorException(
                    $"The log has no entry {number}; it has {tree.Head.Size}, from 0.",
                    "fed audit show lists them"
                );
            }

            var place = new LeafIndex(number);
            var proof = AuditOptions.OrCorrupt(() => LogProof.Of(place, checkpoint, tree.Subtree, tree.Entry(place)));
            var path = parsed.GetRequiredValue(output).FullName;
            PrivateFiles.WriteWhole(path, proof.ToBytes());
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            written = path,
                            index = number,
                            size = tree.Head.Size.Value,
                        }
                    )
                    : $"{path}: entry {number} of {tree.Head.Size}"
            );
            return 0;
        });
        return command;
    }
}
