using System.CommandLine;
using System.Globalization;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Ledger;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node ledger</c>: what all studies together have cost this site's patients, and what may still be spent.</summary>
internal static class LedgerCommand
{
    internal static Command Create() =>
        new("ledger", "The privacy ledger: what all studies together have cost this site's patients, and what they may still cost.")
        {
            LedgerRegister.Create(),
            LedgerShow.Create(),
            LedgerExport.Create(),
            LedgerVerify.Create(),
            LedgerRecover.Create(),
            LedgerCap.Create(),
        };

    /// <summary>The data set, which the operator writes out even though the configuration names it.</summary>
    internal static Argument<string> Name() =>
        new("name") { Description = "Name of the data set, as node.dataSet in the configuration has it." };

    /// <summary><c>--reason TEXT</c>.</summary>
    internal static Option<string?> Reason() =>
        new("--reason")
        {
            Description = $"Why; it stands in the ledger for good. At most {HumanAct.MaxReasonLength} characters on one line.",
            HelpName = "TEXT",
        };

    /// <summary><c>--epsilon E</c>.</summary>
    internal static Option<string?> Epsilon(string description) => new("--epsilon") { Description = description, HelpName = "E" };

    /// <summary><c>--delta D</c>.</summary>
    internal static Option<string?> Delta(string description) => new("--delta") { Description = description, HelpName = "D" };

    /// <summary>The configured data set, if it is the one that was written out.</summary>
    /// <exception cref="OperatorException">It is not.</exception>
    internal static DataSetName Named(NodeSetup setup, string? name)
    {
        var configured =
            setup.DataSet
            ?? throw new OperatorException(
                "No data set is configured.",
                name is null
                    ? "set node.dataSet to the name of this node's data set"
                    : $"set node.dataSet to {ForeignText.Clean(name)} in the configuration"
            );
        return name is null || name == configured.Value
            ? configured
            : throw new OperatorException(
                $"'{ForeignText.Clean(name)}' is not this node's data set, which is '{configured}'.",
                "write the configured name, or set node.dataSet to the other one: its patients are then those of node.data.file"
            );
    }

    /// <summary>Who acts, and why.</summary>
    /// <exception cref="OperatorException">No reason was given, or one that cannot be kept.</exception>
    internal static HumanAct Act(string? reason)
    {
        var act = new HumanAct(CommandOptions.Who, reason ?? "");
        return act.Fault() is { } fault ? throw new OperatorException(fault, "give it as --reason \"TEXT\"") : act;
    }

    /// <summary>Two numbers as a budget.</summary>
    /// <exception cref="OperatorException">They are none.</exception>
    internal static Budget Budget(string? epsilon, string? delta) =>
        Privacy.Ledger.Budget.From(Number(epsilon, "--epsilon"), Number(delta, "--delta"), out var fault)
        ?? throw new OperatorException(
            fault!,
            "an epsilon of 1 to 4 in all and a delta below one in ten times the number of patients are usual"
        );

    /// <summary>Takes the state folder and opens the ledger for writing.</summary>
    /// <exception cref="OperatorException">The daemon runs, or the folder cannot be used.</exception>
    internal static WritableLedger Open(NodeSetup setup, DataSetName name) => new(setup, name);

    private static double Number(string? text, string option) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new OperatorException(
                text is null ? $"{option} is missing; it has no default." : $"{option} '{ForeignText.Clean(text)}' is no number.",
                "write a decimal with a point, such as 2.5 or 1e-6"
            );

    /// <summary>A ledger and the state folder's lock, which the daemon would hold.</summary>
    internal sealed class WritableLedger : IDisposable
    {
        private readonly FolderLock _lock;

        internal WritableLedger(NodeSetup setup, DataSetName name)
        {
            _lock = setup.State.Take();
            try
            {
                Ledger = DataSetLedger.Open(setup.State, name, setup.Anchor, TimeProvider.System);
            }
            catch (OperatorException)
            {
                _lock.Dispose();
                throw;
            }
        }

        internal DataSetLedger Ledger { get; }

        /// <inheritdoc/>
        public void Dispose()
        {
            Ledger.Dispose();
            _lock.Dispose();
        }
    }
}
