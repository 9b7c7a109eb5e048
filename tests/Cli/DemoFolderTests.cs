using Federated.Cli.Demo;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;

namespace Federated.Cli.Tests;

/// <summary>Where a demonstration keeps its files, and what it leaves of them.</summary>
[TestClass]
public sealed class DemoFolderTests
{
    [TestMethod]
    public void A_folder_that_holds_something_is_refused_and_left_as_it_was()
    {
        using var scratch = new TestFolder();
        scratch.Write("kept/nodes/est/state/metrics.jsonl", "{}\n");

        var refused = Assert.ThrowsExactly<OperatorException>(() => DemoFolder.Kept(scratch["kept"]));

        Assert.AreEqual($"{scratch["kept"]} is not empty; nothing was changed.", refused.Message);
        Assert.AreEqual("choose a new or an empty folder for --keep", refused.Hint);
        CollectionAssert.AreEqual(new[] { "kept" }, Directory.GetFileSystemEntries(scratch.Root).Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(new[] { "nodes/est/state/metrics.jsonl" }, scratch.Files("kept"));
    }

    [TestMethod]
    [DataRow("kept", DisplayName = "new")]
    [DataRow("", DisplayName = "empty")]
    public void A_new_or_an_empty_folder_is_taken_and_its_files_stay(string name)
    {
        using var scratch = new TestFolder();

        using (var folder = DemoFolder.Kept(scratch[name]))
        {
            folder.WriteCertificates([SiteName.Parse("nord")]);
            folder.DropKeys();
        }

        Assert.HasCount(6, scratch.Files(Path.Combine(name, "pki")).Where(file => file.EndsWith(".key")), "four TLS keys, two of protocol");
    }

    [TestMethod]
    public void A_temporary_folder_loses_its_keys_when_they_are_dropped()
    {
        using var folder = DemoFolder.Temporary();
        folder.WriteCertificates([SiteName.Parse("nord")]);

        folder.DropKeys();

        Assert.IsEmpty(Directory.GetFiles(folder.Root, "*.key", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void A_folder_that_cannot_be_made_is_named()
    {
        using var scratch = new TestFolder();
        var file = scratch.Write("taken", "a file where the folder should be");

        var refused = Assert.ThrowsExactly<OperatorException>(() => DemoFolder.Kept(file));

        Assert.StartsWith($"{file} cannot be made: ", refused.Message);
    }
}
