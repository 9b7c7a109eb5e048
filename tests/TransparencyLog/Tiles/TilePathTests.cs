using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Tiles;

/// <summary>C2SP tlog-tiles: names of files, and which files a log has.</summary>
[TestClass]
public sealed class TilePathTests
{
    [TestMethod]
    [DataRow(0, 1234067L, 256, "tile/0/x001/x234/067", DisplayName = "the specification's example")]
    [DataRow(0, 0L, 256, "tile/0/000")]
    [DataRow(0, 999L, 1, "tile/0/999.p/1")]
    [DataRow(1, 1000L, 255, "tile/1/x001/000.p/255")]
    [DataRow(2, 1000000L, 17, "tile/2/x001/x000/000.p/17")]
    [DataRow(-1, 273L, 112, "tile/entries/273.p/112")]
    [DataRow(-1, 1234067L, 256, "tile/entries/x001/x234/067")]
    public void A_file_has_the_name_that_the_specification_gives_it(int level, long number, int width, string name)
    {
        var path = level < 0 ? TilePath.Bundle(number, width) : TilePath.Tile(level, number, width);

        Assert.AreEqual(name, path.ToString());
        Assert.IsTrue(TilePath.TryParse(name, out var read));
        Assert.AreEqual(path, read);
        Assert.AreEqual((level < 0, Math.Max(0, level), number, width), (read.IsBundle, read.Level, read.Number, read.Width));
    }

    [TestMethod]
    [DataRow("", DisplayName = "nothing")]
    [DataRow(null, DisplayName = "null")]
    [DataRow("checkpoint", DisplayName = "the checkpoint is no tile")]
    [DataRow("tile/0", DisplayName = "no number")]
    [DataRow("tile/0/", DisplayName = "an empty number")]
    [DataRow("tile/00/000", DisplayName = "a level with a leading zero")]
    [DataRow("tile/8/000", DisplayName = "a level that no tree has")]
    [DataRow("tile/-1/000", DisplayName = "a negative level")]
    [DataRow("tile/0/0", DisplayName = "one digit")]
    [DataRow("tile/0/0000", DisplayName = "four digits")]
    [DataRow("tile/0/x000/001", DisplayName = "a leading group of zeros")]
    [DataRow("tile/0/001/002", DisplayName = "a group without its x")]
    [DataRow("tile/0/x001", DisplayName = "a last group with an x")]
    [DataRow("tile/0/000.p/0", DisplayName = "a partial tile of nothing")]
    [DataRow("tile/0/000.p/256", DisplayName = "a partial tile that is full")]
    [DataRow("tile/0/000.p/01", DisplayName = "a width with a leading zero")]
    [DataRow("tile/0/000.p", DisplayName = "no width")]
    [DataRow("tile/0/x999/x999/x999/x999/x999/x999/999", DisplayName = "a number beyond any tree")]
    [DataRow("tile/7/001", DisplayName = "a tile above any tree")]
    [DataRow("tile/entries/000/", DisplayName = "a slash at the end")]
    [DataRow("/tile/entries/000", DisplayName = "a slash at the beginning")]
    [DataRow("tile/0/０００", DisplayName = "digits of another script")]
    [DataRow("tile/0/../000", DisplayName = "a way out of the folder")]
    public void Nothing_else_is_the_name_of_a_file(string? name) => Assert.IsFalse(TilePath.TryParse(name, out _));

    [TestMethod]
    public void A_log_of_70000_entries_has_the_tiles_of_the_specifications_example()
    {
        var files = Tiling.FilesOf(new TreeSize(70_000)).ToList();

        List<TilePath> Level(int level) => [.. files.Where(file => !file.IsBundle && file.Level == level)];
        Assert.HasCount(274, files.Where(file => file.IsBundle).ToList());
        Assert.HasCount(274, Level(0));
        Assert.AreEqual(TilePath.Tile(0, 273, 112), Level(0)[^1]);
        CollectionAssert.AreEqual(new[] { TilePath.Tile(1, 0, 256), TilePath.Tile(1, 1, 17) }, Level(1));
        CollectionAssert.AreEqual(new[] { TilePath.Tile(2, 0, 1) }, Level(2));
        Assert.HasCount(274 + 274 + 2 + 1, files);
    }

    [TestMethod]
    public void A_log_of_256_entries_has_a_full_tile_and_one_of_width_1_above()
    {
        var files = Tiling.FilesOf(new TreeSize(256)).ToArray();

        CollectionAssert.AreEqual(new[] { TilePath.Bundle(0, 256), TilePath.Tile(0, 0, 256), TilePath.Tile(1, 0, 1) }, files);
    }

    [TestMethod]
    public void A_log_that_grows_writes_no_file_that_it_had()
    {
        var seeded = new Seeded("growth");
        for (var repeats = 0; repeats < 200; repeats++)
        {
            var before = new TreeSize(seeded.Between(0, 3000));
            var after = new TreeSize(before.Value + seeded.Between(0, 3000));

            var written = Tiling.NewFiles(before, after).ToHashSet();

            Assert.IsFalse(written.Overlaps(Tiling.FilesOf(before)), $"{before} to {after}");
            Assert.IsTrue(written.Concat(Tiling.FilesOf(before)).ToHashSet().IsSupersetOf(Tiling.FilesOf(after)), $"{before} to {after}");
        }
    }
}
