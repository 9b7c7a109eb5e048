using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A site spends budget on one release, before anything of it leaves.</summary>
/// <param name="Round">r.</param>
/// <param name="Attempt">a.</param>
/// <param name="H2">Transcript that the site's input is masked for.</param>
/// <param name="Mechanism">How noise is drawn.</param>
/// <param name="Unit">What neighbouring data sets differ in: a patient, a site.</param>
/// <param name="LocalNoise">σ_loc: standard deviation of this site's noise, in steps of the grid.</param>
/// <param name="HonestShares">h: shares of noise that are in any sum, at least 1.</param>
/// <param name="SamplingBound">Not below q_s, and rounded up so far that it does not tell how many patients the site has.</param>
/// <param name="Epsilon">Spent so far by this study, with this release, where at most the tolerated number of sites collude.</param>
/// <param name="EpsilonFloor">The same where all others collude.</param>
/// <param name="Ledger">Which ledger: SHA-256 of its first line, without line feed.</param>
/// <param name="LedgerLine">Number of the charge's line there, from 2.</param>
/// <param name="LedgerHash">SHA-256 of that line, without line feed: a ledger that was set back or rewritten does not have it.</param>
public sealed record PrivacyCharge(
    RoundNumber Round,
    AttemptNumber Attempt,
    Digest H2,
    EntryCode Mechanism,
    EntryCode Unit,
    DecimalText LocalNoise,
    int HonestShares,
    DecimalText SamplingBound,
    DecimalText Epsilon,
    DecimalText EpsilonFloor,
    Digest Ledger,
    int LedgerLine,
    Digest LedgerHash
) : EntryBody
{
    private const int FirstLine = 2; // the first line of a ledger says whose it is

    internal override bool Fits(EntryKind kind) => kind == EntryKind.PrivacyCharged && HonestShares >= 1 && LedgerLine >= FirstLine;

    internal override CanonicalJson ToJson() =>
        new CanonicalJson()
            .Add("attempt", Attempt.Value)
            .Add("epsilon", Epsilon.Value)
            .Add("epsilon_floor", EpsilonFloor.Value)
            .Add("h", HonestShares)
            .Add("h2", H2.ToString())
            .Add("ledger", Ledger.ToString())
            .Add("ledger_hash", LedgerHash.ToString())
            .Add("ledger_line", LedgerLine)
            .Add("mechanism", Mechanism.Value)
            .Add("round", Round.Value)
            .Add("sampling_bound", SamplingBound.Value)
            .Add("sigma_local", LocalNoise.Value)
            .Add("unit", Unit.Value);

    internal static PrivacyCharge Read(EntryFields fields) =>
        new(
            fields.Round(),
            fields.Attempt(),
            fields.Hash("h2"),
            fields.Code("mechanism"),
            fields.Code("unit"),
            fields.Number("sigma_local"),
            fields.WholeNumber("h"),
            fields.Number("sampling_bound"),
            fields.Number("epsilon"),
            fields.Number("epsilon_floor"),
            fields.Hash("ledger"),
            fields.WholeNumber("ledger_line", FirstLine),
            fields.Hash("ledger_hash")
        );
}
