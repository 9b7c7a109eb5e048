namespace Federated.Federation.Aggregation;

/// <summary>
/// How many sites it takes to open a masked sum, and which rosters may have one. Every party computes these from the plan, and a node takes part in
/// no round of a plan that breaks them, whatever its coordinator says.
/// </summary>
/// <remarks>
/// n is the roster, c the sites that may work together with the coordinator, m the plan's minimum of survivors. A site shares out two secrets: the seed
/// of its self mask, which opens its input if it survives, and the root of its pairwise masks, which opens the others' if it drops out. Who learns both
/// reads the site's input. An honest holder gives one share of the two; a colluder gives both, so that n − c + 2c = n + c shares of one site can come
/// together at most, and both secrets take 2t. With <c>2t &gt; n + c</c> nobody has both, even if the coordinator tells every site another story.
/// <para>
/// That alone would let the coordinator open the sum of fewer sites than the plan says, by showing different survivors to different sites. So sites sign
/// the survivors first, once an attempt, and open nothing before q of them signed the same. Two such lists would take 2q signatures of which, by the
/// same count, there are n + c at most: <c>2q &gt; n + c</c> leaves one list, and a node refuses a list shorter than m. Both bounds have the same least
/// solution, <see cref="Of"/>. (Secure-aggregation design, section 1.3; Bonawitz et al., CCS 2017, for an active server.)
/// </para>
/// <para>
/// m ≥ t, since survivors alone hold shares to give. m ≥ c + 2, since c colluders subtract their own inputs: at least two honest ones must stay in what
/// is left. c ≥ 1, since every other site knows its own input.
/// </para>
/// </remarks>
public static class Thresholds
{
    /// <summary>Most sites of a plan: all of them share secrets with all others, which grows with the square.</summary>
    public const int MaxSites = 256;

    /// <summary>Threshold t and quorum q alike: the least x with 2x &gt; n + c.</summary>
    /// <param name="cohort">n, sites that share secrets in this attempt; at least 1.</param>
    /// <param name="colluders">c, 0 to n.</param>
    public static int Of(int cohort, int colluders) => ((cohort + colluders) / 2) + 1;

    /// <summary>c where a plan's author has no better reason: a third of the others, and at least 1.</summary>
    public static int UsualColluders(int sites) => Math.Max(1, (sites - 1) / 3);

    /// <summary>m where a plan's author has no better reason: nine sites in ten, and what must be.</summary>
    public static int UsualMinimum(int sites, int colluders) => Math.Max(LeastMinimum(sites, colluders), ((9 * sites) + 9) / 10);

    /// <summary>The smallest m that is allowed: fewer could not open a sum, or would hide too little in it.</summary>
    public static int LeastMinimum(int sites, int colluders) => sites == 2 ? 2 : Math.Max(Of(sites, colluders), colluders + 2); // a pair has a rule of its own: see Faults

    /// <summary>Why these cannot stand in one plan, or null: the first of <see cref="Faults"/>.</summary>
    public static string? Fault(int sites, int colluders, int minimum, bool allowPair)
    {
        foreach (var (_, message) in Faults(sites, colluders, minimum, allowPair))
        {
            return message;
        }

        return null;
    }

    /// <summary>Everything that is wrong with these, each with the plan's key that has to change.</summary>
    /// <param name="sites">n.</param>
    /// <param name="colluders">c.</param>
    /// <param name="minimum">m.</param>
    /// <param name="allowPair">True if the plan accepts that of two sites each learns the other's update.</param>
    public static IEnumerable<(string Key, string Message)> Faults(int sites, int colluders, int minimum, bool allowPair)
    {
        if (sites is < 2 or > MaxSites)
        {
            yield return (
                "sites",
                sites < 2
                    ? $"a study of {sites} hides nobody's update: one site has nobody to hide among; list 2 to {MaxSites} sites."
                    : $"a study of {sites} sites is too large, since each shares secrets with all others; list 2 to {MaxSites} sites."
            );
            yield break; // the other rules are about a roster that can be
        }

        if (sites == 2 && !allowPair)
        {
            yield return (
                "allow_pair",
                "with two sites each computes the other's update from the sum; write allow_pair: true if that is accepted."
            );
        }
        else if (sites != 2 && allowPair)
        {
            yield return ("allow_pair", $"it is for studies of two sites, and this one has {sites}; leave it out.");
        }

        var mostColluders = Math.Max(1, sites - 2); // c + 2 ≤ m ≤ n, but for the pair
        var areColludersPossible = colluders >= 1 && colluders <= mostColluders;
        if (!areColludersPossible)
        {
            yield return (
                "colluders",
                colluders < 1
                    ? $"{colluders} is too few, since every other site knows its own update; set it to 1 or more."
                    : $"{colluders} of {sites} sites working together leave no two others to hide among; set it to {mostColluders} at most."
            );
        }

        if (minimum > sites)
        {
            yield return ("minimum_sites", $"{minimum} of {sites} sites can never be there; set it to {sites} at most.");
        }
        else if (areColludersPossible && minimum < LeastMinimum(sites, colluders))
        {
            yield return (
                "minimum_sites",
                $"{minimum} of {sites} sites are too few to hide an update from the coordinator and {Together(colluders)}; set it to "
                    + $"{LeastMinimum(sites, colluders)} or more ({UsualMinimum(sites, colluders)} is usual)."
            );
        }
    }

    private static string Together(int colluders) => colluders == 1 ? "one other site together" : $"{colluders} other sites together";
}
