using Federated.Node.Sessions;

namespace Federated.Node.Tests.Sessions;

[TestClass]
public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    [TestMethod]
    public void Each_wait_lies_in_the_upper_half_of_a_ceiling_that_doubles_up_to_the_limit()
    {
        double[] ceilings = [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000];
        for (var trial = 0; trial < 200; trial++)
        {
            var backoff = new Backoff(First, Most);
            foreach (var ceiling in ceilings)
            {
                var wait = backoff.Next().TotalMilliseconds;
                Assert.IsTrue(wait >= ceiling / 2 && wait <= ceiling, $"{wait} ms of {ceiling}");
            }
        }
    }

    [TestMethod]
    public void Waits_differ_so_that_a_hundred_hospitals_do_not_return_at_once()
    {
        var waits = Enumerable.Range(0, 100).Select(_ => new Backoff(Most, Most).Next()).ToList();

        Assert.IsGreaterThan(50, waits.Distinct().Count());
    }

    [TestMethod]
    public void A_success_that_lasted_as_long_as_the_wait_before_it_starts_over()
    {
        var backoff = new Backoff(First, Most);
        var last = TimeSpan.Zero;
        for (var i = 0; i < 5; i++)
        {
            last = backoff.Next();
        }

        backoff.ResetAfter(last - TimeSpan.FromMilliseconds(1));
        last = backoff.Next();
        Assert.IsGreaterThan(First, last, "a shorter one does not");

        backoff.ResetAfter(last);
        Assert.IsLessThanOrEqualTo(First, backoff.Next());
    }

    [TestMethod]
    public void The_limit_holds_for_ever()
    {
        var backoff = new Backoff(First, Most);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.IsLessThanOrEqualTo(Most, backoff.Next());
        }
    }
}
