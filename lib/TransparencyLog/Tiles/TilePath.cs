using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tiles;

/// <summary>Names one file of a log: a tile of hashes or a bundle of entries.</summary>
/// <remarks>
/// C2SP tlog-tiles. A tile at level l has up to 256 hashes, each the root over 256^l entries; only complete ones stand in a tile, so that a tile of a given
/// width never changes. The relative path is <c>tile/0/x001/x234/067</c>, or <c>tile/entries/000.p/7</c> for a file of 7.
/// </remarks>
public readonly record struct TilePath
{
    /// <summary>Hashes of a full tile, entries of a full bundle.</summary>
    public const int FullWidth = 256;

    /// <summary>Levels of the tree that one tile spans.</summary>
    public const int Height = 8;

    /// <summary>Highest level of a tile in a tree of at most 2⁶² entries.</summary>
    public const int MostLevel = 7;

    /// <summary>Longest path that is read, in characters.</summary>
    public const int MostLength = 64;

    private const string Entries = "entries";

    private readonly int _level; // -1 for entries, stored as 0 so that a default is a bundle that does not exist (width 0)
    private readonly int _width;

    private TilePath(int level, long number, int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MostLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, MostNumber(level));
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        _level = level + 1;
        Number = number;
        _width = width;
    }

    /// <summary>True for a bundle of entries, false for a tile of hashes.</summary>
    public bool IsBundle => _level == 0;

    /// <summary>Level of a tile, from 0, whose hashes are those of leaves; 0 for a bundle.</summary>
    public int Level => Math.Max(0, _level - 1);

    /// <summary>Number within its level, from 0.</summary>
    public long Number { get; }

    /// <summary>Hashes or entries in the file, 1 to 256.</summary>
    public int Width => _width;

    /// <summary>True if it has as many as it ever will.</summary>
    public bool IsFull => _width == FullWidth;

    /// <summary>The full file of this number, which replaces the narrower ones.</summary>
    public TilePath Full => new(_level - 1, Number, FullWidth);

    /// <summary>A tile of hashes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No tree of at most 2⁶² entries has it.</exception>
    public static TilePath Tile(int level, long number, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        return new(level, number, width);
    }

    /// <summary>A bundle of entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No log of at most 2⁶² entries has it.</exception>
    public static TilePath Bundle(long number, int width) => new(-1, number, width);

    /// <summary>Reads a relative path, strictly: one name has one form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TilePath path)
    {
        path = default;
        if (text is null || text.Length > MostLength || text.Split('/') is not ["tile", var kind, .. var rest] || rest.Length == 0)
        {
            return false;
        }

        long level = -1;
        if (kind != Entries && !AsciiDecimal.TryParse(Encoding.UTF8.GetBytes(kind), MostLevel, out level))
        {
            return false;
        }

        long width = FullWidth;
        if (rest is [.., { Length: 5 } partial, var given] && partial.EndsWith(".p", StringComparison.Ordinal))
        {
            if (!AsciiDecimal.TryParse(Encoding.UTF8.GetBytes(given), FullWidth - 1, out width) || width == 0)
            {
                return false;
            }

            rest = [.. rest[..^2], partial[..3]];
        }

        if (!TryParseNumber(rest, out var number) || number >= MostNumber((int)level))
        {
            return false;
        }

        path = new TilePath((int)level, number, (int)width);
        return true;
    }

    /// <summary>The relative path, with slashes.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("tile/").Append(IsBundle ? Entries : AsciiDecimal.Of(Level)).Append('/');
        var groups = Number.ToString("D3", CultureInfo.InvariantCulture);
        groups = groups.PadLeft((groups.Length + 2) / 3 * 3, '0');
        for (var at = 0; at < groups.Length - 3; at += 3)
        {
            text.Append('x').Append(groups, at, 3).Append('/');
        }

        text.Append(groups, groups.Length - 3, 3);
        return IsFull ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $".p/{Width}").ToString();
    }

    private static bool TryParseNumber(string[] groups, out long number)
    {
        number = 0;
        if (groups.Length is 0 or > 7) // 21 digits hold any number
        {
            return false;
        }

        for (var i = 0; i < groups.Length; i++)
        {
            var digits =
                i == groups.Length - 1 ? groups[i]
                : groups[i] is ['x', .. var after] ? after
                : "";
            if (digits.Length != 3 || !digits.All(char.IsAsciiDigit) || (i == 0 && groups.Length > 1 && digits == "000"))
            {
                return false;
            }

            if (number > TreeSize.Most / 1000)
            {
                return false;
            }

            number = (number * 1000) + int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return true;
    }

    /// <summary>First number that no tree needs.</summary>
    private static long MostNumber(int level) => Math.Max(1, TreeSize.Most >> Math.Min(62, Height * (Math.Max(0, level) + 1)));
}
