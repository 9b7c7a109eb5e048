using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Federated.Federation.Documents;

namespace Federated.Identity;

/// <summary>
/// A canonical JSON payload and one signature over it (ECDSA P-256, SHA-256, r‖s): credentials, revocation lists and plans. Signed is
/// <c>kind ‖ LF ‖ payload</c>, so that a signature on one kind of document is none on another.
/// </summary>
/// <param name="Kind">Such as <c>federated-credential/1</c>.</param>
/// <param name="Payload">The exact bytes that were signed; verified first, parsed afterwards.</param>
/// <param name="Signature">64 bytes.</param>
public sealed record SignedDocument(string Kind, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature)
{
    /// <summary>Most bytes of a file that is read as a signed document.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Signs.</summary>
    /// <param name="kind">Kind and version.</param>
    /// <param name="payload">Canonical bytes.</param>
    /// <param name="key">The signer's P-256 key.</param>
    public static SignedDocument Sign(string kind, ReadOnlyMemory<byte> payload, ECDsa key) =>
        new(kind, payload, key.SignData(Message(kind, payload.Span), HashAlgorithmName.SHA256));

    /// <summary>True if <paramref name="key"/> signed exactly this kind and payload.</summary>
    public bool IsSignedBy(ECDsa key) => key.VerifyData(Message(Kind, Payload.Span), Signature.Span, HashAlgorithmName.SHA256);

    /// <summary>The file: canonical JSON with the payload as text.</summary>
    public byte[] ToFile() =>
        new CanonicalJson()
            .Add("kind", Kind)
            .Add("payload", new UTF8Encoding(false, true).GetString(Payload.Span))
            .Add("signature", Convert.ToHexStringLower(Signature.Span))
            .ToBytes();

    /// <summary>Reads a file; false, with the fault, if it is no signed document of that kind. Does not verify.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> file,
        string kind,
        [NotNullWhen(true)] out SignedDocument? document,
        [NotNullWhen(false)] out string? fault
    )
    {
        document = null;
        if (file.Length > MaxBytes)
        {
            fault = $"it has {file.Length} bytes; at most {MaxBytes} are read.";
            return false;
        }

        if (CanonicalJson.Parse(file, out fault) is not { } node)
        {
            fault ??= "it is no JSON.";
            return false;
        }

        var root = DocumentReader.Root(node);
        var named = root.Text("kind");
        var payload = root.Text("payload");
        var signature = root.Text("signature");
        root.RefuseUnknownKeys();
        if (root.Faults.Count > 0)
        {
            fault = string.Join("; ", root.Faults);
            return false;
        }

        if (named != kind)
        {
            fault = $"it is a '{named}', not a '{kind}'.";
            return false;
        }

        try
        {
            document = new SignedDocument(kind, Encoding.UTF8.GetBytes(payload), Convert.FromHexString(signature));
            fault = null;
            return true;
        }
        catch (FormatException)
        {
            fault = "its signature is not hexadecimal.";
            return false;
        }
    }

    private static byte[] Message(string kind, ReadOnlySpan<byte> payload) => [.. Encoding.ASCII.GetBytes(kind), (byte)'\n', .. payload];
}
