using Federated.Federation;

namespace Federated.SecureAggregation.Messages;

/// <summary>The coordinator's word that it holds a masked input: who has it and is left out of the sum can show it.</summary>
/// <param name="Site">Index in the cohort.</param>
/// <param name="InputDigest">D_i.</param>
public sealed record InputReceipt(int Site, Digest InputDigest)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody() => new BodyWriter().U16(Site).Hash(InputDigest).ToArray();

    /// <summary>Reads a body; null if it is not exactly one.</summary>
    public static InputReceipt? Parse(ReadOnlyMemory<byte> body)
    {
        var reader = new BodyReader(body);
        var receipt = new InputReceipt(reader.U16(), reader.Hash());
        return reader.IsWhole ? receipt : null;
    }
}
