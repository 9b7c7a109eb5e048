using Federated.Fixtures;

namespace Federated.Hosting.Tests;

/// <summary>That a folder is on disk is asked of the operating system, which says where it cannot be.</summary>
[TestClass]
public sealed class FolderSyncTests
{
    [TestMethod]
    public void A_folder_is_forced_and_one_that_is_not_there_is_named()
    {
        using var folder = new TestFolder();
        folder.Write("ü/file", "");

        FolderSync.Force(folder["ü"]);

        Assert.Contains(
            $"The folder {folder["gone"]} cannot be forced to disk: ",
            Assert.ThrowsExactly<IOException>(() => FolderSync.Force(folder["gone"])).Message
        );
    }
}
