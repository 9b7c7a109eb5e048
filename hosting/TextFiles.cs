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
}
