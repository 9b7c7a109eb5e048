using System.Text;
using Federated.Federation;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Messages;

/// <summary>M1: a site's ephemeral public keys of this attempt, under its certified identity.</summary>
/// <param name="SuiteNumber">The plan's suite.</param>
/// <param name="Site">The site's name.</param>
/// <param name="Credential">The root's word on the site's identity keys and legal entity, as a file: it is in H1, and so in every mask.</param>
/// <param name="ChannelKey">C_i: shares meant for this site are encrypted to it.</param>
/// <param name="MaskKey">S_i: pairwise masks come from it.</param>
/// <param name="Nonce">32 random bytes.</param>
/// <param name="Log">The checkpoint of the invitation, which this site has seen: all members see that all saw the same.</param>
public sealed record KeyAdvertisement(
    byte SuiteNumber,
    SiteName Site,
    ReadOnlyMemory<byte> Credential,
    ReadOnlyMemory<byte> ChannelKey,
    ReadOnlyMemory<byte> MaskKey,
    Digest Nonce,
    LogView Log
)
{
    private const int MaxNameBytes = 63;

    /// <summary>The body's bytes.</summary>
    public byte[] ToBody() =>
        new BodyWriter(1024)
            .U16(Protocol.Version)
            .Byte(SuiteNumber)
            .LengthAndBytes(Encoding.ASCII.GetBytes(Site.Value))
            .LengthAndBytes(Credential.Span)
            .Bytes(ChannelKey.Span)
            .Bytes(MaskKey.Span)
            .Hash(Nonce)
            .Log(Log)
            .ToArray();

    /// <summary>Reads a body; null if it is not exactly one of that suite.</summary>
    public static KeyAdvertisement? Parse(ReadOnlyMemory<byte> body, Suite suite)
    {
        var reader = new BodyReader(body);
        reader.Version();
        var number = reader.Byte();
        var name = reader.LengthAndBytes(MaxNameBytes);
        var credential = reader.LengthAndBytes(Protocol.MaxCredentialBytes);
        var channel = reader.Take(suite.AgreementKeyLength);
        var mask = reader.Take(suite.AgreementKeyLength);
        var nonce = reader.Hash();
        var log = reader.Log();
        return reader.IsWhole && number == suite.Number && SiteName.TryParse(Encoding.ASCII.GetString(name.Span), out var site)
            ? new KeyAdvertisement(number, site, credential, channel, mask, nonce, log)
            : null;
    }
}
