namespace Federated.SecureAggregation.Tests;

/// <summary>Bytes as published vectors write them.</summary>
internal static class Hex
{
    public static byte[] Bytes(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>00 01 02 … as in the protocol's own vectors.</summary>
    public static byte[] Counting(int length, int from = 0) => [.. Enumerable.Range(from, length).Select(value => (byte)value)];

    /// <summary>One byte, many times.</summary>
    public static byte[] Repeated(byte value, int length = 32) => [.. Enumerable.Repeat(value, length)];
}
