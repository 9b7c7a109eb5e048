using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.Privacy.Plans;

namespace Federated.Privacy.Tests.Plans;

/// <summary>The usual settings of private training give a valid plan, whatever is asked of them.</summary>
[TestClass]
public sealed class DefaultPrivateStudyTests
{
    [TestMethod]
    [DataRow(0.1, 32, 400)]
    [DataRow(2.0, 32, 400)]
    [DataRow(8.0, 100, 1_000_000)]
    [DataRow(0.01, 1000, 1, DisplayName = "so much noise for one patient that next to no step is left")]
    [DataRow(2.0, 1, 400, DisplayName = "a single round")]
    [DataRow(2.0, 2, 400, DisplayName = "two rounds, of which the last is averaged")]
    public void A_valid_plan_keeps_the_promise(double epsilon, int rounds, int patients)
    {
        var plan = Complete(epsilon, rounds, patients);

        var read = PlanCodec.Decode(plan.ToBytes());

        Assert.IsInstanceOfType<PlanResult.Valid>(read, read is PlanResult.Invalid invalid ? string.Join("\n", invalid.Faults) : null);
        Assert.IsInstanceOfType<StudyReleasesResult.Accepted>(StudyReleases.Of(plan));
        Assert.IsTrue(plan.Server.AverageFrom >= 1 && plan.Server.AverageFrom <= rounds, $"averages from {plan.Server.AverageFrom}");
    }

    // By the gradient 90/(32·0.75) = 3.75 at most; by the noise less, the less is promised.
    [TestMethod]
    public void Steps_are_as_large_as_gradient_and_noise_allow()
    {
        var (much, little) = (Complete(8, 32, 4000), Complete(0.5, 32, 400));

        Assert.AreEqual(3.75, much.Server.LearningRate);
        Assert.IsLessThan(2.0, little.Server.LearningRate);
        Assert.AreEqual(new ServerOptimizer.Sgd(3.75, 0) { AverageFrom = 25 }, much.Server);
    }

    private static StudyPlan Complete(double epsilon, int rounds, int patients)
    {
        var plan = SamplePlan.ThreeOfFour().WithPrivacy().Draft();
        plan = plan with { Aggregation = plan.Aggregation with { ScaleBits = 30 } };
        var result = DefaultPrivateStudy.Of(plan, plan.Privacy! with { Epsilon = epsilon, ExpectedPatients = patients }, rounds);
        Assert.IsInstanceOfType<PlanCompletionResult.Completed>(
            result,
            result is PlanCompletionResult.Impossible impossible ? string.Join("\n", impossible.Faults) : null
        );
        return ((PlanCompletionResult.Completed)result).Plan;
    }
}
