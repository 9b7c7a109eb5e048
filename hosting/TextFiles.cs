using System.Text;

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
    /// <exception cref="OperatorException">It is not there, a folder, not ours to read, or larger than <see cref="SignedDocument.MaxBytes"/>.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= SignedDocument.MaxBytes
                ? File.ReadAllBytes(path)
                : throw new OperatorException($"{path} has {length} bytes; at most {SignedDocument.MaxBytes} are read.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be opened: {e.Message}", "check the path and the file's permissions", e);
        }
    }
}
