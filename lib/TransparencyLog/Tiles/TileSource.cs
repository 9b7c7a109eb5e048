namespace Federated.TransparencyLog.Tiles;

/// <summary>Gives the bytes of a file of a log, from wherever it lies; null if there is none. What it gives is trusted in nothing.</summary>
/// <remarks>Not changed while it is read. A source may give a full file where a narrower one is asked for and gone: the reader takes the beginning.</remarks>
/// <param name="path">Which file.</param>
public delegate byte[]? TileSource(TilePath path);

/// <summary>A log contradicts itself, or a part of it is missing. Nothing that was read from it may be relied on: do not sign, do not release.</summary>
/// <param name="path">The file, or null where it is no single one.</param>
/// <param name="fault">What is wrong with it.</param>
public sealed class CorruptLogException(TilePath? path, string fault) : Exception(path is { } at ? $"{at}: {fault}" : fault)
{
    /// <summary>The file, or null where it is no single one.</summary>
    public TilePath? Path { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Fault { get; } = fault;
}
