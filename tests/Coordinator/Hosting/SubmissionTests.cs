using Federated.Coordinator.Log;
using Federated.Federation;
using Federated.Fixtures;
using Federated.V1;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>How often plans may be submitted: the same one as often as anybody likes, others as often as the log can keep for ever.</summary>
[TestClass]
public sealed class SubmissionTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_same_plan_twice_is_one_study()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "zeta");
        var request = coordinator.Signed(plan.ToBytes());

        var first = await coordinator.Researcher().SubmitStudyAsync(request);
        var again = await coordinator.Researcher().SubmitStudyAsync(request);

        Assert.AreEqual(plan.Hash(), new Digest(first.PlanHash.Span));
        Assert.AreEqual(first, again);
        Assert.HasCount(1, coordinator.Log.All.Where(line => line.Contains("starts.")));
    }

    [TestMethod]
    public async Task A_researcher_who_submits_without_end_is_stopped_and_keeps_what_is_there()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var researcher = coordinator.Researcher();
        SubmitStudyRequest Numbered(int number) =>
            coordinator.Signed((SamplePlan.For("alpha", "zeta") with { Name = $"study {number}" }).ToBytes());
        for (var number = 0; number < SubmissionQuota.Burst; number++)
        {
            var hash = (await researcher.SubmitStudyAsync(Numbered(number))).PlanHash;
            await researcher.CancelStudyAsync(new CancelStudyRequest { PlanHash = hash });
        }

        var refused = await RunningCoordinator.StatusOfAsync(async () =>
            await researcher.SubmitStudyAsync(Numbered(SubmissionQuota.Burst))
        );
        var again = await researcher.SubmitStudyAsync(Numbered(0));

        Assert.AreEqual(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.MatchesRegex("'researcher' has submitted 32 plans .* try again in [1-8] min; 8 an hour", refused.Detail);
        Assert.AreEqual(Digest.Of(Numbered(0).Plan.Span), new Digest(again.PlanHash.Span));
        Assert.HasCount(SubmissionQuota.Burst, (await researcher.ListStudiesAsync(new ListStudiesRequest())).Studies);
    }

    [TestMethod]
    public void A_researcher_who_has_submitted_too_many_plans_is_told_when_the_next_one_is_taken()
    {
        var time = new ManualTime();
        var quota = new SubmissionQuota(time);
        for (var plan = 0; plan < SubmissionQuota.Burst; plan++)
        {
            Assert.IsNull(quota.Take("ana"));
        }

        var wait = quota.Take("ana")!.Value;
        Assert.AreEqual(TimeSpan.FromHours(1) / SubmissionQuota.PerHour, wait);
        Assert.IsNull(quota.Take("bo"), "others are not held up by it");
        time.Advance(wait / 2);
        Assert.AreEqual(wait / 2, quota.Take("ana"), "asking costs nothing");
        time.Advance(wait / 2);
        Assert.IsNull(quota.Take("ana"));
        Assert.IsNotNull(quota.Take("ana"));
        time.Advance(TimeSpan.FromDays(365));
        Assert.AreEqual(SubmissionQuota.Burst, Enumerable.Range(0, 2 * SubmissionQuota.Burst).Count(_ => quota.Take("ana") is null));
    }
}
