namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>
/// The masking itself, by exhaustion: uniform masks over ℤ_q in place of G, one lane. Given the honest survivors' sum, all that the coordinator and its colluders see fits
/// every choice of honest inputs equally often. The same check fails where one rule of the protocol is left out.
/// </summary>
[TestClass]
public sealed class HidingTests
{
    /// <summary>What is left out, to see that the check sees it.</summary>
    public enum Hole
    {
        None,
        NoSelfMask,
        MaskUsedTwice,
        TwoSetsOfSurvivors,
        BothSharesOfOne,
        OneMaskForAllPairs,
    }

    [TestMethod]
    [DataRow(3, 2)]
    [DataRow(3, 3)]
    [DataRow(3, 4)]
    [DataRow(3, 5)]
    [DataRow(4, 2)]
    public void What_a_coordinator_and_colluders_see_fits_every_input_with_the_same_sum(int sites, int q)
    {
        var cases = 0;
        foreach (var (survivors, colluders) in Cases(sites, leastHonest: 2))
        {
            Assert.IsTrue(Hides(new View(sites, q, survivors, colluders, Hole.None)), $"survivors {survivors:b}, colluders {colluders:b}");
            cases++;
        }

        Assert.IsGreaterThan(sites, cases);
    }

    [TestMethod]
    [DataRow(Hole.NoSelfMask, DisplayName = "a late input has no self mask")]
    [DataRow(Hole.MaskUsedTwice, DisplayName = "a mask is used for a second vector")]
    [DataRow(Hole.TwoSetsOfSurvivors, DisplayName = "two sets of survivors are opened")]
    [DataRow(Hole.BothSharesOfOne, DisplayName = "both secrets of one site are opened")]
    [DataRow(Hole.OneMaskForAllPairs, DisplayName = "all pairs share one secret, and a site colludes")]
    public void The_check_fails_where_a_rule_is_left_out(Hole hole)
    {
        var broken = Cases(4, leastHonest: 2).Where(one => !Hides(new View(4, 2, one.Survivors, one.Colluders, hole)));

        Assert.IsTrue(broken.Any(), "the check would not notice");
    }

    [TestMethod]
    public void The_sum_of_one_honest_survivor_hides_nothing()
    {
        // Two colluders of three: their own inputs taken off the sum leave the third's. The plan's rule m ≥ c + 2 forbids it.
        Assert.IsTrue(Hides(new View(3, 3, 0b111, 0b110, Hole.None)), "given the sum, nothing more is seen");
        Assert.AreEqual(1, new View(3, 3, 0b111, 0b110, Hole.None).InputsWithOneSum);
    }

    private static IEnumerable<(int Survivors, int Colluders)> Cases(int sites, int leastHonest)
    {
        for (var survivors = 0; survivors < 1 << sites; survivors++)
        {
            for (var colluders = 0; colluders < 1 << sites; colluders++)
            {
                if (int.PopCount(survivors & ~colluders) >= leastHonest && int.PopCount(colluders) <= 1)
                {
                    yield return (survivors, colluders);
                }
            }
        }
    }

    /// <summary>True if the multiset of views depends on the honest survivors' sum alone.</summary>
    private static bool Hides(View view)
    {
        var bySum = new Dictionary<int, UInt128>();
        foreach (var inputs in view.Numbers(view.Sites))
        {
            // What colluders put in is theirs to choose; one choice is enough, since the view shifts with it.
            if (inputs.Where((input, site) => view.IsColluder(site) && input != 0).Any())
            {
                continue;
            }

            var seen = view.Fingerprint(inputs);
            if (!bySum.TryAdd(view.HonestSum(inputs), seen) && bySum[view.HonestSum(inputs)] != seen)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class View(int sites, int q, int survivors, int colluders, Hole hole)
    {
        public int Sites => sites;

        public int InputsWithOneSum => (int)Math.Pow(q, Math.Max(0, int.PopCount(survivors & ~colluders) - 1));

        public bool IsColluder(int site) => (colluders >> site & 1) == 1;

        public int HonestSum(int[] inputs) => inputs.Where((_, site) => IsSurvivor(site) && !IsColluder(site)).Sum() % q;

        /// <summary>All tuples over ℤ_q.</summary>
        public IEnumerable<int[]> Numbers(int length)
        {
            var numbers = new int[length];
            while (true)
            {
                yield return numbers;
                var at = 0;
                while (at < length && ++numbers[at] == q)
                {
                    numbers[at++] = 0;
                }

                if (at == length)
                {
                    yield break;
                }
            }
        }

        /// <summary>The views under all masks, as the sum of a hash of each: equal for equal multisets.</summary>
        public UInt128 Fingerprint(int[] inputs)
        {
            UInt128 all = 0;
            foreach (var masks in Numbers(sites + (sites * (sites - 1) / 2)))
            {
                all += Hash(Seen(inputs, masks));
            }

            return all;
        }

        private bool IsSurvivor(int site) => (survivors >> site & 1) == 1;

        /// <summary>Everything that the coordinator holds, as digits of one number: every input that ever came, late ones too, and what was opened.</summary>
        private ulong Seen(int[] inputs, int[] masks)
        {
            ulong view = 0;
            void See(int number) => view = (view * (ulong)q) + (ulong)(((number % q) + q) % q) + 1;

            for (var i = 0; i < sites; i++)
            {
                var isLate = !IsSurvivor(i);
                var mask = hole == Hole.NoSelfMask && isLate ? 0 : masks[i];
                for (var j = 0; j < sites; j++)
                {
                    mask += j == i ? 0 : Math.Sign(j - i) * masks[Pair(i, j)];
                }

                See(inputs[i] + mask);
                if (hole == Hole.MaskUsedTwice && i == 0)
                {
                    See((2 * inputs[i]) + 1 + mask);
                }
            }

            for (var i = 0; i < sites; i++)
            {
                var isSplit = i == 0 && hole is Hole.TwoSetsOfSurvivors or Hole.BothSharesOfOne;
                if (IsSurvivor(i) || IsColluder(i) || (isSplit && hole == Hole.TwoSetsOfSurvivors))
                {
                    See(masks[i]);
                }

                if (!IsSurvivor(i) || IsColluder(i) || isSplit)
                {
                    for (var j = 0; j < sites; j++)
                    {
                        See(j == i ? 0 : masks[Pair(i, j)]);
                    }
                }
            }

            return view;
        }

        private int Pair(int one, int other)
        {
            if (hole == Hole.OneMaskForAllPairs)
            {
                return sites;
            }

            var (low, high) = (Math.Min(one, other), Math.Max(one, other));
            return sites + (low * ((2 * sites) - low - 1) / 2) + high - low - 1;
        }

        private static UInt128 Hash(ulong value)
        {
            var mixed = (value + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
            mixed ^= mixed >> 29;
            mixed *= 0x94D049BB133111EB;
            return new UInt128(mixed, mixed ^ (mixed >> 31) ^ value);
        }
    }
}
