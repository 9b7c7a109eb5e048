namespace Federated.SecureAggregation.Messages;

/// <summary>Version and limits of the protocol. A body over its limit is refused before it is read.</summary>
public static class Protocol
{
    /// <summary>Written in every versioned body.</summary>
    public const int Version = 1;

    /// <summary>Most members of a cohort: the complete graph (design section 2.10).</summary>
    public const int MaxCohort = Federation.Aggregation.Thresholds.MaxSites;

    /// <summary>Most bytes of a credential.</summary>
    public const int MaxCredentialBytes = 2048;

    /// <summary>Most bytes of a study's name in UTF-8.</summary>
    public const int MaxStudyBytes = 400;

    /// <summary>Bytes of a masked input that one leaf of its digest covers, and that one chunk carries at most.</summary>
    public const int ChunkBytes = 1 << 20;

    /// <summary>Length of a nonce.</summary>
    public const int NonceBytes = 32;

    /// <summary>Most bytes of a body of one site: M1, M3's header, M5, M7, M9.</summary>
    public const int MaxSiteBodyBytes = 16 * 1024;

    /// <summary>Most bytes of M3's items, M2, M4 or M8 of the largest cohort.</summary>
    public const int MaxCohortBodyBytes = 1_500_000;

    /// <summary>Most bytes that a body of a type may have.</summary>
    public static int MaxBodyBytes(MessageType type) =>
        type switch
        {
            MessageType.CohortKeys or MessageType.ShareSet or MessageType.AcknowledgementSet or MessageType.SurvivorSet =>
                MaxCohortBodyBytes,
            _ => MaxSiteBodyBytes,
        };

    /// <summary>Most bytes that the attachment of a type may have.</summary>
    public static int MaxAttachmentBytes(MessageType type) => type == MessageType.ShareKeys ? MaxCohortBodyBytes : 0;
}
