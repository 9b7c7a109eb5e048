namespace Federated.Node.Journal;

/// <summary>Lines of a stream; what follows the last line feed is no line.</summary>
/// <param name="stream">At its beginning.</param>
/// <param name="mostBytes">Of a line, without its line feed.</param>
internal sealed class LineReader(Stream stream, int mostBytes)
{
    private readonly byte[] _buffer = new byte[mostBytes + 1];
    private int _start;
    private int _end;

    /// <summary>Bytes after the last line.</summary>
    internal long Rest { get; private set; }

    /// <summary>The next line; false at the end.</summary>
    /// <param name="line">Without its line feed; good until the next call.</param>
    /// <param name="tooLong">True if it has more bytes than a line may have: nothing after it can be read.</param>
    internal bool TryRead(out ReadOnlyMemory<byte> line, out bool tooLong)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            tooLong = length < 0 && _end - _start == _buffer.Length;
            if (length >= 0 || tooLong)
            {
                line = _buffer.AsMemory(_start, Math.Max(length, 0));
                _start += length + 1;
                return true;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            if (read == 0)
            {
                Rest = _end;
                line = default;
                return false;
            }
        }
    }
}
