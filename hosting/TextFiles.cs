using System.Text;
using Federated.Identity;

namespace Federated.Hosting;

/// <summary>Opens text files that people hand in.</summary>
public static class TextFiles
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a UTF-8 file. Bytes that are not UTF-8 are a <see cref="DecoderFallbackException"/> where they are read.</summary>
    /// <exception cref="OperatorException">It is not there, a folder, or not ours to read.</exception>
    public static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, Strict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be opened: {e.Message}", "check the path and the file's permissions", e);
        }
    }

    /// <summary>Reads a small file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Most bytes that are read.</param>
    /// <exception cref="OperatorException">It is not there, a folder, not ours to read, or larger than <paramref name="most"/>.</exception>
    public static byte[] ReadBytes(string path, int most = SignedDocument.MaxBytes)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            using var bytes = new MemoryStream();
            var buffer = new byte[16_384];
            for (int read; (read = file.Read(buffer)) > 0; ) // counted, not asked for: a device has no length and no end
            {
                bytes.Write(buffer.AsSpan(0, read));
                if (bytes.Length > most)
                {
                    throw new OperatorException(
                        $"{path} has more than {most} bytes, the most that are read.",
                        "check that it is the right file"
                    );
                }
            }

            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be opened: {e.Message}", "check the path and the file's permissions", e);
        }
    }
}
