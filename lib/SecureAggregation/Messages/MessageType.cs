namespace Federated.SecureAggregation.Messages;

/// <summary>The messages of one attempt, M0 to M10 of the protocol. The number is in every signature, so that none can pass for another.</summary>
public enum MessageType : byte
{
    /// <summary>M0, coordinator to all: plan, round, attempt, model. Signed, over the previous result.</summary>
    Invitation = 0,

    /// <summary>M1, site: ephemeral public keys. Signed, over H0.</summary>
    KeyAdvertisement = 1,

    /// <summary>M2, coordinator: every M1 with its signature.</summary>
    CohortKeys = 2,

    /// <summary>M3, site: commitments (signed, over H1) and encrypted shares.</summary>
    ShareKeys = 3,

    /// <summary>M4, coordinator to each: every M3's header, and the shares meant for it.</summary>
    ShareSet = 4,

    /// <summary>M5, site: digest of the masked input (signed, over H2); the bytes follow in chunks.</summary>
    MaskedInput = 5,

    /// <summary>M6, coordinator: who is in the sum. Signed, over H2.</summary>
    SurvivorSet = 6,

    /// <summary>M7, site: a signature over H3.</summary>
    Acknowledgement = 7,

    /// <summary>M8, coordinator: a quorum of M7.</summary>
    AcknowledgementSet = 8,

    /// <summary>M9, site: shares of survivors' self masks and of dropouts' mask keys. Signed, over H3.</summary>
    UnmaskingShares = 9,

    /// <summary>M10, coordinator: hash of the sum and H4. Signed, over H3.</summary>
    RoundResult = 10,

    /// <summary>The coordinator's receipt for an M5. Signed, over H2.</summary>
    InputReceipt = 11,

    /// <summary>A site leaves the attempt; one code. Signed, over H0.</summary>
    Abort = 12,
}
