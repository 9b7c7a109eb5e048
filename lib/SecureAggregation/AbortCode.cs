namespace Federated.SecureAggregation;

/// <summary>Why a party leaves an attempt; travels signed, as one byte, and says nothing else. Numbers are never reused.</summary>
public enum AbortCode : byte
{
    /// <summary>Not a code.</summary>
    None = 0,

    /// <summary>The invitation is to another plan than this site approved.</summary>
    PlanHash = 1,

    /// <summary>The invitation names another model, or another previous result, than this site computed.</summary>
    ModelHash = 2,

    /// <summary>An attempt at or below one that this site has answered; or a message of another attempt.</summary>
    Replay = 3,

    /// <summary>A member outside the plan's roster, or two members of one legal entity.</summary>
    Roster = 4,

    /// <summary>A credential that the consortium's root does not vouch for, or no longer.</summary>
    Certificate = 5,

    /// <summary>A signature does not verify under the key and the transcript that it must be over.</summary>
    BadSignature = 6,

    /// <summary>Two ephemeral keys of a cohort are equal, or one was used before.</summary>
    DuplicateKey = 7,

    /// <summary>A public key that gives no shared secret: all zero, of small order, not canonical, or off the curve.</summary>
    ZeroAgreement = 8,

    /// <summary>Fewer members than the plan's minimum.</summary>
    CohortSmall = 9,

    /// <summary>What this site had said was altered or left out.</summary>
    OwnKeyChanged = 10,

    /// <summary>Bytes that are not exactly one message of this kind.</summary>
    Malformed = 11,

    /// <summary>A share's ciphertext does not open.</summary>
    BadCiphertext = 12,

    /// <summary>A share is not five field elements.</summary>
    BadShare = 13,

    /// <summary>A share is not the one that its dealer committed to.</summary>
    ShareCommitment = 14,

    /// <summary>Indices that are not of the cohort, or survivors that did not share.</summary>
    Graph = 15,

    /// <summary>Fewer survivors than the plan's minimum.</summary>
    SurvivorsSmall = 16,

    /// <summary>The coordinator acknowledged this site's input, and leaves it out.</summary>
    SelectiveDrop = 17,

    /// <summary>Two different messages where there is one.</summary>
    Equivocation = 18,

    /// <summary>Not enough distinct valid acknowledgements of the survivors that this site acknowledged.</summary>
    Quorum = 19,

    /// <summary>This site's input is outside the plan's bound.</summary>
    Overflow = 20,

    /// <summary>Too late.</summary>
    Timeout = 21,

    /// <summary>Another set of survivors than those for whom this site already showed shares in this round.</summary>
    Revealed = 22,

    /// <summary>The message is not one that is awaited now.</summary>
    Unexpected = 23,

    /// <summary>A checkpoint of the log that this site has not seen cosigned, or not with all in it that it waits for.</summary>
    Log = 24,

    /// <summary>The plan's numbers do not protect anybody: thresholds, minimum, pair.</summary>
    Thresholds = 25,

    /// <summary>The site's own reasons: paused, rejected, out of memory.</summary>
    Local = 26,
}
