using System.Security.Cryptography;
using Google.Protobuf;

namespace Federated.Grpc.Tests.Hosting;

/// <summary>The bytes that Upload and Download carry: byte i is i * 31 mod 251, in chunks of 64 KiB.</summary>
internal static class ChunkedBytes
{
    /// <summary>What the large transfers carry, 64 MiB.</summary>
    public const long Large = 64L * 1024 * 1024;

    private const int ChunkSize = 64 * 1024;

    public static IEnumerable<ByteString> Of(long total)
    {
        for (var start = 0L; start < total; start += ChunkSize)
        {
            var chunk = new byte[Math.Min(ChunkSize, total - start)];
            for (var i = 0; i < chunk.Length; i++)
            {
                chunk[i] = (byte)((start + i) * 31 % 251);
            }

            yield return UnsafeByteOperations.UnsafeWrap(chunk);
        }
    }

    public static byte[] Digest(long total)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in Of(total))
        {
            digest.AppendData(chunk.Span);
        }

        return digest.GetHashAndReset();
    }
}
