using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tiles;

/// <summary>Which files a log of some size consists of.</summary>
public static class Tiling
{
    /// <summary>Every file of a log: bundles, then tiles from level 0 upwards, each in order.</summary>
    /// <remarks>About n/128 of them: enumerate, do not collect.</remarks>
    public static IEnumerable<TilePath> FilesOf(TreeSize size) => NewFiles(new TreeSize(0), size);

    /// <summary>The files that a log has and had not when it was smaller: bundles, then tiles from level 0 upwards, each in order.</summary>
    /// <exception cref="ArgumentException">The log shrank.</exception>
    public static IEnumerable<TilePath> NewFiles(TreeSize earlier, TreeSize later)
    {
        if (later < earlier)
        {
            throw new ArgumentException($"A log of {earlier} entries does not shrink to {later}.", nameof(later));
        }

        return Enumerate(earlier.Value, later.Value);
    }

    /// <summary>Complete hashes at a level: how many subtrees of 256^level leaves a tree has.</summary>
    internal static long Hashes(long size, int level) => size >> (TilePath.Height * level);

    /// <summary>Levels that have a tile in a tree of this size.</summary>
    internal static int Levels(long size)
    {
        var levels = 0;
        while (levels <= TilePath.MostLevel && Hashes(size, levels) > 0)
        {
            levels++;
        }

        return levels;
    }

    private static IEnumerable<TilePath> Enumerate(long earlier, long later)
    {
        foreach (var (number, width) in Row(earlier, later))
        {
            yield return TilePath.Bundle(number, width);
        }

        for (var level = 0; level < Levels(later); level++)
        {
            foreach (var (number, width) in Row(Hashes(earlier, level), Hashes(later, level)))
            {
                yield return TilePath.Tile(level, number, width);
            }
        }
    }

    /// <summary>The full files from the one that the earlier row ended in, then the partial one at the end; none if nothing was added.</summary>
    private static IEnumerable<(long Number, int Width)> Row(long earlier, long later)
    {
        for (var number = earlier / TilePath.FullWidth; number < later / TilePath.FullWidth; number++)
        {
            yield return (number, TilePath.FullWidth);
        }

        if (later > earlier && later % TilePath.FullWidth is var rest and > 0)
        {
            yield return (later / TilePath.FullWidth, (int)rest);
        }
    }
}
