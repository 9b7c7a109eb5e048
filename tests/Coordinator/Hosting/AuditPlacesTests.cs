using Federated.Coordinator.Hosting;
using Federated.Federation;
using Federated.Fixtures;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>Nobody keeps others from fetching, however slowly they read.</summary>
[TestClass]
public sealed class AuditPlacesTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Each_caller_has_one_place_and_a_few_have_one_at_once()
    {
        var places = new AuditPlaces(new ManualTime());
        var first = places.Take(Name(0));

        var twice = Assert.ThrowsExactly<RpcException>(() => places.Take(Name(0)));
        for (var other = 1; other < AuditPlaces.Most; other++)
        {
            places.Take(Name(other));
        }

        var full = Assert.ThrowsExactly<RpcException>(() => places.Take(Name(AuditPlaces.Most)));
        first.Dispose();

        places.Take(Name(AuditPlaces.Most)).Dispose();
        Assert.AreEqual((StatusCode.ResourceExhausted, StatusCode.ResourceExhausted), (twice.StatusCode, full.StatusCode));
        Assert.Contains("'auditor-0' is fetching already", twice.Status.Detail);
        Assert.Contains("auditors are fetching; try again", full.Status.Detail);
    }

    [TestMethod]
    public async Task Who_takes_no_byte_for_a_minute_loses_the_place_and_who_takes_each_in_time_keeps_it()
    {
        var time = new ManualTime();
        var places = new AuditPlaces(time);
        var almost = AuditPlaces.Patience - TimeSpan.FromSeconds(1);
        using (var slow = places.Take(Name(0)))
        {
            for (var chunk = 0; chunk < 3; chunk++)
            {
                var taken = new TaskCompletionSource();
                var writing = slow.WriteAsync(token => taken.Task.WaitAsync(token), TestContext.CancellationToken);
                time.Advance(almost);
                taken.SetResult();
                await writing;
            }

            var stuck = slow.WriteAsync(token => Task.Delay(Timeout.Infinite, token), TestContext.CancellationToken);
            time.Advance(almost);
            Assert.IsFalse(stuck.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(1));
            var ended = await Assert.ThrowsExactlyAsync<RpcException>(() => stuck);

            Assert.AreEqual(StatusCode.DeadlineExceeded, ended.StatusCode);
            Assert.Contains("'auditor-0' took no further byte", ended.Status.Detail);
        }

        places.Take(Name(0)).Dispose();
    }

    [TestMethod]
    public async Task Who_goes_away_in_the_middle_is_not_called_slow()
    {
        var places = new AuditPlaces(new ManualTime());
        using var gone = new CancellationTokenSource();
        using var place = places.Take(Name(0));

        var writing = place.WriteAsync(token => Task.Delay(Timeout.Infinite, token), gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => writing);
    }

    private static SiteName Name(int number) => SiteName.Parse($"auditor-{number}");
}
