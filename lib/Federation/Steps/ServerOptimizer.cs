using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Federated.Federation.Models;

namespace Federated.Federation.Steps;

/// <summary>How a sum of updates moves the shared model.</summary>
public abstract record ServerOptimizer
{
    private ServerOptimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>Names that a plan may use.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["sgd", "adam"];

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public abstract string Kind { get; }

    /// <summary>η, above 0. For <see cref="Sgd"/>, 1 takes the weighted mean of the sites' models as it is (FedAvg).</summary>
    public double LearningRate { get; init; }

    /// <summary>
    /// The first round after which the model counts in the mean that the study gives in the end (Polyak, Juditsky 1992): after rounds k, k + 1, … up to the
    /// last. 1 averages all models but the initial one; 0 averages none. Rounds themselves go on from the model, never from the mean.
    /// </summary>
    public int AverageFrom { get; init; }

    /// <summary>Vectors of d doubles that the next step needs besides the parameters, once there was a step.</summary>
    public abstract int Moments { get; }

    /// <summary>Vectors in <see cref="ModelState.Memory"/> of a state after so many rounds: the moments, then the mean where there is one.</summary>
    public int SlotsAfter(RoundNumber round) => round.Value == 0 ? 0 : Moments + (Averages(round) ? 1 : 0);

    /// <summary>The parameters that a study which ended here gives, shape [d]: the mean of the models where one was begun, else the model itself.</summary>
    /// <remarks>What is scored, exported and downloaded. Sites train from <see cref="ModelState.Parameters"/>.</remarks>
    /// <exception cref="ArgumentException">The state is not one of this optimizer.</exception>
    public ImmutableArray<float> ResultOf(ModelState state)
    {
        RefuseForeign(state);
        if (!Averages(state.Round))
        {
            return state.Parameters;
        }

        var mean = state.Memory[^1];
        var result = GC.AllocateUninitializedArray<float>(mean.Length);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (float)mean[i];
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(result);
    }

    /// <summary>Every fault, with the plan's key that it is about.</summary>
    public virtual IEnumerable<(string Key, string Message)> Faults()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            yield return ("learning_rate", $"{LearningRate} moves nothing; set it above 0 (1 for FedAvg).");
        }
    }

    /// <summary>True if the models up to this round have a mean.</summary>
    internal bool Averages(RoundNumber round) => AverageFrom > 0 && round.Value >= AverageFrom;

    /// <summary>Another optimizer's memory would be taken for this one's: the caller mixed two studies.</summary>
    internal void RefuseForeign(ModelState state)
    {
        if (state.Memory.Length != SlotsAfter(state.Round))
        {
            throw new ArgumentException(
                $"After {state.Round.Value} rounds of {this} a model has {SlotsAfter(state.Round)} vectors of memory, not {state.Memory.Length}.",
                nameof(state)
            );
        }
    }

    /// <summary>Gradient descent with momentum: <c>v = μ·v + g</c>, <c>x = x + η·v</c>.</summary>
    /// <param name="LearningRate">η, above 0.</param>
    /// <param name="Momentum">μ in [0, 1). 0 keeps no memory.</param>
    public sealed record Sgd(double LearningRate, double Momentum) : ServerOptimizer(LearningRate)
    {
        /// <inheritdoc/>
        public override string Kind => "sgd";

        /// <inheritdoc/>
        public override int Moments => Momentum == 0 ? 0 : 1;

        /// <inheritdoc/>
        public override IEnumerable<(string Key, string Message)> Faults()
        {
            foreach (var fault in base.Faults())
            {
                yield return fault;
            }

            if (!(Momentum is >= 0 and < 1))
            {
                yield return ("momentum", $"{Momentum} is no momentum; set it from 0 up to, not including, 1.");
            }
        }
    }

    /// <summary>Adam (Kingma, Ba 2015, arXiv:1412.6980, algorithm 1), with its correction of both moments' bias.</summary>
    /// <param name="LearningRate">η, above 0: about how far a parameter moves in a round, in the model's own units.</param>
    /// <param name="Beta1">Decay of the mean of the updates, in [0, 1).</param>
    /// <param name="Beta2">Decay of the mean of their squares, in [0, 1).</param>
    /// <param name="Epsilon">Added to the root of the second, above 0.</param>
    public sealed record Adam(double LearningRate, double Beta1, double Beta2, double Epsilon) : ServerOptimizer(LearningRate)
    {
        /// <summary>The decays and ε that §2 of the paper recommends.</summary>
        public static Adam Usual(double learningRate) => new(learningRate, 0.9, 0.999, 1e-8);

        /// <inheritdoc/>
        public override string Kind => "adam";

        /// <inheritdoc/>
        public override int Moments => 2;

        /// <inheritdoc/>
        public override IEnumerable<(string Key, string Message)> Faults()
        {
            foreach (var fault in base.Faults())
            {
                yield return fault;
            }

            foreach (var (key, beta) in new[] { ("beta1", Beta1), ("beta2", Beta2) })
            {
                if (!(beta is >= 0 and < 1))
                {
                    yield return (key, $"{beta} is no decay; set it from 0 up to, not including, 1.");
                }
            }

            if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            {
                yield return ("epsilon", $"{Epsilon} keeps no division from 0; set it above 0 (1e-8 is usual).");
            }
        }
    }
}
