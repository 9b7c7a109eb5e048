using Federated.Federation.Aggregation;
using Federated.Hosting;
using Federated.Privacy;

namespace Federated.Cli.Privacy.Attack;

/// <summary>What is attacked, and how hard.</summary>
internal sealed record AttackSettings
{
    /// <summary>Fewest canaries or runs that are worth the name.</summary>
    private const int LeastTrials = 20;

    /// <summary>z; null to attack releases without any noise, as <c>privacy: none</c> makes them.</summary>
    internal required NoiseMultiplier? Noise { get; init; }

    /// <summary>q of each step's Poisson sampling.</summary>
    internal SamplingRate Rate { get; init; } = SamplingRate.All;

    /// <summary>Releases on the same patients, each with a fresh batch and fresh noise.</summary>
    internal int Steps { get; init; } = 1;

    /// <summary>δ of the guarantee that is tested.</summary>
    internal Delta Delta { get; init; } = new(1e-5);

    /// <summary>With what probability a measured bound is one.</summary>
    internal double Confidence { get; init; } = 0.95;

    /// <summary>n.</summary>
    internal int Sites { get; init; } = 4;

    /// <summary>c: sites that work with the attacker, and add no noise.</summary>
    internal int Colluders { get; init; } = 1;

    /// <summary>Patients of each honest site beside the canaries.</summary>
    internal int Patients { get; init; } = 100;

    /// <summary>m: canaries of the audit in one run; 0 to leave it out.</summary>
    internal int Canaries { get; init; }

    /// <summary>How many canaries are guessed; null to find out in a rehearsal.</summary>
    internal (int In, int Out)? Guesses { get; init; }

    /// <summary>Runs of the audit over repeated runs, half of them with the canary; 0 to leave it out.</summary>
    internal int Repetitions { get; init; }

    /// <summary>Fewest sites that a sum of this roster may have: the attack is made on a sum of so many, where least noise hides a patient.</summary>
    internal int Survivors => Thresholds.LeastMinimum(Sites, Colluders);

    /// <exception cref="OperatorException">These cannot be attacked; the message says every reason.</exception>
    internal void RequireUsable()
    {
        var faults = Thresholds.Faults(Sites, Colluders, Survivors, allowPair: Sites == 2).Select(fault => fault.Message).ToList();
        if (Canaries == 0 && Repetitions == 0)
        {
            faults.Add("no canaries and no repetitions are no attack; set --canaries or --repetitions above 0.");
        }

        if (Canaries is > 0 and < LeastTrials || Repetitions is > 0 and < LeastTrials)
        {
            faults.Add(
                $"{Canaries} canaries and {Repetitions} repetitions show nothing; use at least {LeastTrials}, or 0 to leave one out."
            );
        }

        if (faults.Count > 0)
        {
            throw new OperatorException($"This consortium cannot be attacked: {string.Join('\n', faults)}");
        }
    }
}
