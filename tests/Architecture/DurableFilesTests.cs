using Federated.Architecture.Tests.Assemblies;

namespace Federated.Architecture.Tests;

/// <summary>
/// A file that others rely on is there only once its folder was forced to disk as well. No test can cut the power, so that the order of the
/// instructions is read instead.
/// </summary>
[TestClass]
public sealed class DurableFilesTests
{
    [TestMethod]
    [DataRow("hosting", "Federated.Hosting", "PrivateFiles.Write", "System.IO.File::Move(", DisplayName = "a file that replaces another")]
    [DataRow("node", "fed-node", "PlanStore.Write", "System.IO.Directory::Move(", DisplayName = "a plan that is kept")]
    [DataRow("node", "fed-node", "SiteJournal.Open", "SiteJournal::Record(", DisplayName = "a journal that is begun")]
    [DataRow("node", "fed-node", "DataSetLedger.WriteUnderLock", "LineFile::Append(", DisplayName = "a ledger that is begun")]
    [DataRow("node", "fed-node", "LedgerFolder.SetAside", "System.IO.File::Move(", DisplayName = "a ledger that is set aside")]
    public void A_new_name_is_followed_by_forcing_its_folder(string project, string assembly, string where, string naming)
    {
        using var compiled = CompiledAssembly.Of(project, assembly);
        var steps = compiled.Uses().Where(use => use.Where.Contains(where)).Select(use => use.Used).ToList();

        var named = steps.FindIndex(used => used.Contains(naming));
        var forced = steps.FindIndex(used => used.StartsWith("Federated.Hosting.FolderSync::Force("));

        Assert.IsGreaterThanOrEqualTo(0, named, string.Join('\n', steps));
        Assert.IsGreaterThan(named, forced);
    }
}
