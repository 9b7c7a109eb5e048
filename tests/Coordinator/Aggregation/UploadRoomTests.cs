using Federated.Coordinator.Aggregation;
using Federated.SecureAggregation.Messages;

namespace Federated.Coordinator.Tests.Aggregation;

/// <summary>Room for 100 bytes of masked inputs.</summary>
[TestClass]
public sealed class UploadRoomTests
{
    private static readonly SignedMessage s_header = SignedMessage.Carrier(MessageType.MaskedInput, default);

    private readonly UploadRoom _room = new(capacity: 100);

    [TestMethod]
    public async Task Inputs_that_fit_together_have_room_at_once()
    {
        using var first = await TakeAsync(60);
        using var second = await TakeAsync(40);

        Assert.AreEqual(100, _room.Taken);
    }

    [TestMethod]
    public async Task Who_finds_no_room_waits_for_the_one_before()
    {
        var first = await TakeAsync(60);
        var second = TakeAsync(60);
        Assert.IsFalse(second.IsCompleted);
        Assert.AreEqual(60, _room.Taken);

        first.Dispose();

        using var taken = await second;
        Assert.AreEqual(60, _room.Taken);
    }

    [TestMethod]
    public async Task An_input_larger_than_all_room_is_taken_alone()
    {
        var first = await TakeAsync(10);
        var huge = TakeAsync(1000);
        Assert.IsFalse(huge.IsCompleted);
        first.Dispose();
        var alone = await huge;

        var next = TakeAsync(1);

        Assert.IsFalse(next.IsCompleted);
        alone.Dispose();
        using var last = await next;
        Assert.AreEqual(1, _room.Taken);
    }

    [TestMethod]
    public async Task Nobody_overtakes_a_larger_input_that_waits_or_it_would_wait_for_ever()
    {
        var first = await TakeAsync(60);
        var large = TakeAsync(60);
        var small = TakeAsync(10);
        Assert.IsFalse(small.IsCompleted, "there is room for it, and it is not its turn");

        first.Dispose();

        using var taken = await large;
        using var follows = await small;
        Assert.AreEqual(70, _room.Taken);
    }

    [TestMethod]
    public async Task When_the_one_in_front_gives_up_those_behind_it_are_served()
    {
        using var first = await TakeAsync(60);
        using var stop = new CancellationTokenSource();
        var large = _room.TakeAsync(s_header, 60, stop.Token);
        var small = TakeAsync(40);
        Assert.IsFalse(small.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => large);
        using var served = await small.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.AreEqual(100, _room.Taken);
    }

    [TestMethod]
    public async Task Who_gives_up_in_the_moment_of_its_turn_leaves_no_room_taken()
    {
        for (var i = 0; i < 200; i++)
        {
            using var stop = new CancellationTokenSource();
            var first = await TakeAsync(60);
            var second = _room.TakeAsync(s_header, 60, stop.Token);

            await Task.WhenAll(Task.Run(first.Dispose), Task.Run(stop.Cancel));

            try
            {
                (await second).Dispose();
            }
            catch (OperationCanceledException)
            {
                // It lost the race.
            }

            Assert.AreEqual(0, _room.Taken);
        }
    }

    [TestMethod]
    public async Task A_half_input_whose_connection_broke_can_be_taken_up_again_while_nobody_needs_its_room()
    {
        var half = await TakeAsync(60);

        _room.Idle(half);

        Assert.AreEqual(60, _room.Taken, "it is kept");
        Assert.IsTrue(_room.TryResume(half));
        Assert.IsFalse(_room.TryResume(half), "once");
        half.Dispose();
        Assert.AreEqual(0, _room.Taken);
    }

    [TestMethod]
    public async Task Half_inputs_give_way_to_those_that_come_the_oldest_first_and_no_more_than_needed()
    {
        var oldest = await TakeAsync(40);
        var newer = await TakeAsync(40);
        _room.Idle(oldest);
        _room.Idle(newer);

        using var coming = await TakeAsync(60);

        Assert.IsFalse(_room.TryResume(oldest), "it gave way");
        Assert.IsTrue(_room.TryResume(newer), "it did not have to");
        Assert.AreEqual(100, _room.Taken);
        newer.Dispose();
    }

    [TestMethod]
    public async Task A_half_input_gives_way_to_one_that_has_waited_already()
    {
        var half = await TakeAsync(60);
        var coming = TakeAsync(60);
        Assert.IsFalse(coming.IsCompleted);

        _room.Idle(half);

        using var taken = await coming.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.IsFalse(_room.TryResume(half));
        Assert.AreEqual(60, _room.Taken);
    }

    private Task<InputAssembly> TakeAsync(int length) => _room.TakeAsync(s_header, length, CancellationToken.None);
}
