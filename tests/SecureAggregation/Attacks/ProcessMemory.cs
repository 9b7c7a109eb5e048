using System.Globalization;
using System.Runtime.InteropServices;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Looks for byte strings in all writable memory of this process (Linux). Holds no more of them than their first eight bytes.</summary>
internal static class ProcessMemory
{
    private const int ChunkBytes = 1 << 20;
    private const int Overlap = 16;

    public static bool IsReadable => OperatingSystem.IsLinux() && File.Exists("/proc/self/mem");

    /// <summary>Which of these strings of 16 bytes are somewhere in memory.</summary>
    /// <param name="count">How many strings.</param>
    /// <param name="write">Writes the string of an index; it is wiped after each use.</param>
    public static IReadOnlyCollection<int> Find(int count, Action<int, Span<byte>> write)
    {
        var starts = new Dictionary<ulong, int>();
        var filter = new bool[1 << 16];
        Span<byte> needle = stackalloc byte[16];
        for (var i = 0; i < count; i++)
        {
            write(i, needle);
            starts[MemoryMarshal.Read<ulong>(needle)] = i;
            filter[MemoryMarshal.Read<ushort>(needle)] = true;
            needle.Clear();
        }

        var found = new HashSet<int>();
        var buffer = new byte[ChunkBytes + Overlap];
        using var memory = new FileStream("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (var (from, to) in Regions())
        {
            for (var at = from; at < to; at += ChunkBytes)
            {
                var length = Read(memory, at, buffer.AsSpan(0, (int)Math.Min(ChunkBytes + Overlap, to - at)));
                for (var i = 0; i + 16 <= length; i++)
                {
                    if (
                        filter[MemoryMarshal.Read<ushort>(buffer.AsSpan(i))]
                        && starts.TryGetValue(MemoryMarshal.Read<ulong>(buffer.AsSpan(i)), out var candidate)
                    )
                    {
                        write(candidate, needle);
                        if (needle.SequenceEqual(buffer.AsSpan(i, 16)))
                        {
                            found.Add(candidate);
                        }

                        needle.Clear();
                    }
                }

                buffer.AsSpan().Clear(); // or a later region that holds this buffer would be found for it
            }
        }

        return found;
    }

    private static int Read(FileStream memory, long at, Span<byte> buffer)
    {
        try
        {
            return RandomAccess.Read(memory.SafeFileHandle, buffer, at);
        }
        catch (IOException)
        {
            return 0; // unmapped since
        }
    }

    private static List<(long From, long To)> Regions()
    {
        var regions = new List<(long, long)>();
        foreach (var line in File.ReadAllLines("/proc/self/maps"))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!parts[1].StartsWith("rw", StringComparison.Ordinal) || line.EndsWith("[vvar]", StringComparison.Ordinal))
            {
                continue;
            }

            var ends = parts[0].Split('-');
            regions.Add((long.Parse(ends[0], NumberStyles.HexNumber), long.Parse(ends[1], NumberStyles.HexNumber)));
        }

        return regions;
    }
}
