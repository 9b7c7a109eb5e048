using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Rounds;

/// <summary>One member of a cohort, as its verified M1 says.</summary>
/// <param name="Site">Who the root says it is.</param>
/// <param name="Advertisement">Its ephemeral keys.</param>
/// <param name="Message">The M1 as it came.</param>
public sealed record Member(CertifiedSite Site, KeyAdvertisement Advertisement, SignedMessage Message);

/// <summary>The members of an attempt (U1), in byte order of their names: a member's index is its position.</summary>
public sealed class Cohort
{
    private Cohort(ImmutableArray<Member> members, Digest h0)
    {
        Members = members;
        H1 = Transcript.H1(h0, [.. members.Select(member => Digest.Of(member.Message.Body.Span))]);
    }

    /// <summary>In order.</summary>
    public ImmutableArray<Member> Members { get; }

    /// <summary>H1: over every member's keys.</summary>
    public Digest H1 { get; }

    /// <summary>Names of all, in order.</summary>
    public ImmutableArray<SiteName> Names => [.. Members.Select(member => member.Site.Name)];

    /// <summary>n1.</summary>
    public int Size => Members.Length;

    /// <summary>Index of a site, or −1.</summary>
    public int IndexOf(SiteName site)
    {
        for (var i = 0; i < Members.Length; i++)
        {
            if (Members[i].Site.Name == site)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Names of these indices, in order.</summary>
    public ImmutableArray<SiteName> NamesOf(SiteSet indices) => [.. indices.Members.Select(index => Members[index].Site.Name)];

    /// <summary>Verifies one M1: signature first, then who signed it.</summary>
    /// <param name="terms">The attempt.</param>
    /// <param name="h0">H0.</param>
    /// <param name="message">The M1.</param>
    /// <param name="check">The root's word on credentials.</param>
    /// <param name="refusal">Why not.</param>
    public static Member? Admit(AttemptTerms terms, Digest h0, SignedMessage message, CredentialCheck check, out Refusal? refusal)
    {
        refusal = null;
        // Whose signature it is stands in the body, so the body's form is read before; nothing in it counts until the signature does.
        if (KeyAdvertisement.Parse(message.Body, terms.Study.Suite) is not { } keys)
        {
            refusal = new Refusal(AbortCode.Malformed, "an advertisement of keys is not one of this suite.");
            return null;
        }

        if (!check(keys.Credential, terms.Study.Suite, out var site, out var fault))
        {
            refusal = new Refusal(AbortCode.Certificate, $"the credential of {keys.Site} does not count: {fault}");
            return null;
        }

        if (site.Name != keys.Site || !terms.Study.Roster.Contains(site.Name))
        {
            refusal = new Refusal(AbortCode.Roster, $"{site.Name}, who speaks as {keys.Site}, is not that site of the plan's roster.");
            return null;
        }

        if (!message.IsSignedBy(site.Key, h0))
        {
            refusal = new Refusal(AbortCode.BadSignature, $"the keys of {site.Name} are not signed by it for this invitation.");
            return null;
        }

        if (keys.Log != terms.Log)
        {
            refusal = new Refusal(AbortCode.Log, $"{site.Name} has seen another log than the invitation names.");
            return null;
        }

        return new Member(site, keys, message);
    }

    /// <summary>Puts a cohort together, and checks what holds between its members.</summary>
    /// <param name="terms">The attempt.</param>
    /// <param name="h0">H0.</param>
    /// <param name="members">Verified, in the order in which they are listed.</param>
    /// <param name="refusal">Why not.</param>
    public static Cohort? Form(AttemptTerms terms, Digest h0, ImmutableArray<Member> members, out Refusal? refusal)
    {
        refusal =
            members.Length < terms.Study.MinimumSurvivors
                ? new Refusal(AbortCode.CohortSmall, $"{members.Length} members; the plan wants {terms.Study.MinimumSurvivors}.")
            : members.Length > Protocol.MaxCohort
                ? new Refusal(AbortCode.Roster, $"{members.Length} members; a cohort has at most {Protocol.MaxCohort}.")
            : !IsAscending(members) ? new Refusal(AbortCode.Roster, "members stand twice or out of order.")
            : Twice(members.Select(member => member.Site.Entity)) is { } entity
                ? new Refusal(AbortCode.Roster, $"two members belong to one legal entity, {entity}.")
            : Twice(members.SelectMany(KeysOf)) is not null
                ? new Refusal(AbortCode.DuplicateKey, "two ephemeral keys of the cohort are equal.")
            : null;
        return refusal is null ? new Cohort(members, h0) : null;
    }

    /// <summary>The two ephemeral keys of a member, as texts that compare by content.</summary>
    internal static IEnumerable<string> KeysOf(Member member) =>
        [Convert.ToHexString(member.Advertisement.ChannelKey.Span), Convert.ToHexString(member.Advertisement.MaskKey.Span)];

    private static bool IsAscending(ImmutableArray<Member> members)
    {
        for (var i = 1; i < members.Length; i++)
        {
            if (!(members[i - 1].Site.Name < members[i].Site.Name))
            {
                return false;
            }
        }

        return true;
    }

    private static string? Twice(IEnumerable<string> values)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return values.FirstOrDefault(value => !seen.Add(value));
    }
}
