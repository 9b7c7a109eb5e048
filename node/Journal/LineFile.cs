namespace Federated.Node.Journal;

/// <summary>An append-only file of lines, mode 0600, with one writer. What is in the lines is its owner's business; so is a lock. Not thread-safe.</summary>
internal sealed class LineFile : IDisposable
{
    private readonly FileStream _file;

    private LineFile(FileStream file) => _file = file;

    /// <summary>Opens a file, or makes one, and cuts what follows its last whole line.</summary>
    /// <param name="path">Its folder is there.</param>
    /// <param name="wholeBytes">Bytes of whole lines, as <see cref="LineReader"/> counted them.</param>
    /// <exception cref="IOException">It cannot be opened or cut.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor by this user.</exception>
    internal static LineFile Open(string path, long wholeBytes)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        try
        {
            // A torn line was never forced to disk whole, so the call that wrote it never returned and nothing left under it. If we die here,
            // the next start cuts it again.
            file.SetLength(wholeBytes);
            file.Seek(0, SeekOrigin.End);
            return new LineFile(file);
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends a line and its line feed.</summary>
    /// <param name="line">Without a line feed.</param>
    /// <param name="force">Whether it has to be on disk when this returns.</param>
    /// <exception cref="IOException">
    /// Part of the line, or all of it, may be on disk: nothing may be appended any more, and the next start reads what is there.
    /// </exception>
    internal void Append(ReadOnlySpan<byte> line, bool force)
    {
        var whole = _file.Length;
        try
        {
            _file.Write([.. line, (byte)'\n']); // in one call: a line is there with its end or is torn
            if (force)
            {
                _file.Flush(flushToDisk: true);
            }
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            _file.SetLength(whole); // cut now if the disk lets us; otherwise the next start cuts or reads it
            // The second is what .NET makes of a file that would pass this process's or the file system's limit on sizes.
            throw e as IOException ?? new IOException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
