using System.Text;
using Federated.Fixtures;

namespace Federated.Hosting.Tests;

[TestClass]
public sealed class PrivateFilesTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [TestMethod]
    public void A_secret_is_readable_by_its_owner_alone()
    {
        using var folder = new TestFolder();

        PrivateFiles.WriteSecret(folder["key"], "secret");

        Assert.AreEqual("secret", File.ReadAllText(folder["key"]));
        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(folder["key"]));
    }

    [TestMethod]
    public void A_secret_that_replaces_an_open_file_is_closed()
    {
        using var folder = new TestFolder();
        var path = folder.Write("key", "old");
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.OtherRead);

        PrivateFiles.WriteSecret(path, "new");

        Assert.AreEqual("new", File.ReadAllText(path));
        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(path));
    }

    [TestMethod]
    public void A_secret_does_not_take_over_the_mode_of_a_file_left_by_a_crash()
    {
        using var folder = new TestFolder();
        var partial = folder.Write($"key.{Environment.ProcessId}.partial", "left by a crash");
        File.SetUnixFileMode(partial, OwnerOnly | UnixFileMode.OtherRead);

        PrivateFiles.WriteSecret(folder["key"], "secret");

        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(folder["key"]));
        Assert.IsFalse(File.Exists(partial));
    }

    [TestMethod]
    public void A_reader_sees_the_old_file_or_the_new_one_and_never_a_part()
    {
        using var folder = new TestFolder();
        var path = folder["model"];
        var (old, replaced) = (new byte[1 << 20], new byte[1 << 20]);
        Array.Fill(replaced, (byte)1);
        PrivateFiles.WriteWhole(path, old);
        using var done = new CancellationTokenSource();

        var reading = Task.Run(() =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                var seen = File.ReadAllBytes(path);
                Assert.HasCount(1 << 20, seen);
                Assert.HasCount(1, seen.Distinct());
                reads++;
            }
        });
        for (var i = 0; i < 20; i++)
        {
            PrivateFiles.WriteWhole(path, i % 2 == 0 ? replaced : old);
        }

        done.Cancel();
        reading.Wait();
    }

    [TestMethod]
    public void What_cannot_be_written_leaves_the_old_file_and_nothing_half_written()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["taken"]); // a folder stands where the file should go, so that the last step fails
        folder.Write("taken/inside", "old");

        var error = Assert.ThrowsExactly<OperatorException>(() => PrivateFiles.WriteWhole(folder["taken"], "new"u8));

        Assert.Contains(folder["taken"], error.Message);
        Assert.Contains("nothing was changed", error.Hint!);
        CollectionAssert.AreEqual(new[] { folder["taken"] }, Directory.GetFileSystemEntries(folder.Root));
        Assert.AreEqual("old", File.ReadAllText(folder["taken", "inside"]));
    }

    [TestMethod]
    public void A_folder_that_is_not_there_is_named()
    {
        using var folder = new TestFolder();
        var path = folder["gone", "file"];

        var error = Assert.ThrowsExactly<OperatorException>(() => PrivateFiles.WriteWhole(path, Encoding.UTF8.GetBytes("x")));

        Assert.Contains(path, error.Message);
    }
}
