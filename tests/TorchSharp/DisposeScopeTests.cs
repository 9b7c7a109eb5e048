using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class DisposeScopeTests
{
    [TestMethod]
    public void A_scope_frees_all_that_was_made_in_it()
    {
        var before = Tensor.TotalCount;
        Tensor inside;
        using (var scope = NewDisposeScope())
        {
            inside = ones(3) + 1;
            Assert.AreEqual(2, scope.DisposablesCount);
            Assert.AreEqual(before + 2, Tensor.TotalCount);
        }

        Assert.IsTrue(inside.IsInvalid);
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Scopes_nest_and_tensors_move_outwards()
    {
        Tensor moved,
            detached,
            left;
        using (NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                moved = inner.MoveToOuter(ones(1));
                detached = ones(2).DetachFromDisposeScope();
                left = ones(3);
            }

            Assert.IsFalse(moved.IsInvalid, "moved to the outer scope");
            Assert.IsTrue(left.IsInvalid, "left in the inner scope");
        }

        Assert.IsTrue(moved.IsInvalid, "freed with the outer scope");
        Assert.IsFalse(detached.IsInvalid, "belongs to its holder");
        detached.Dispose();
    }

    [TestMethod]
    public void Moving_out_of_the_outermost_scope_detaches()
    {
        Tensor moved;
        using (NewDisposeScope())
        {
            moved = ones(1).MoveToOuterDisposeScope();
        }

        Assert.IsFalse(moved.IsInvalid);
        moved.Dispose();
    }

    [TestMethod]
    public void A_scope_takes_over_what_is_attached_to_it()
    {
        var outside = ones(1);
        using (var scope = NewDisposeScope())
        {
            scope.Attach(outside);
            Assert.IsTrue(scope.Contains(outside));
        }

        Assert.IsTrue(outside.IsInvalid);
    }

    [TestMethod]
    public void A_tensor_disposed_early_leaves_its_scope()
    {
        using var scope = NewDisposeScope();
        Tensor[] tensors = [ones(1), ones(2), ones(3), ones(4)];

        tensors[1].Dispose();
        tensors[3].Dispose();

        Assert.AreEqual(2, scope.DisposablesCount);
        CollectionAssert.AreEquivalent(new[] { tensors[0], tensors[2] }, scope.DisposablesView.ToArray());
    }

    [TestMethod]
    public void Everything_but_what_is_kept_can_be_freed_in_between()
    {
        using var scope = NewDisposeScope();
        var kept = ones(1);
        var freed = ones(2);

        scope.DisposeEverythingBut(kept);

        Assert.IsFalse(kept.IsInvalid);
        Assert.IsTrue(freed.IsInvalid);
        Assert.AreEqual(1, scope.DisposablesCount);
    }

    [TestMethod]
    public void A_scope_holds_other_disposables_too()
    {
        var stream = new MemoryStream();
        using (var scope = NewDisposeScope())
        {
            scope.Attach(stream);
            Assert.AreEqual(1, scope.DisposablesCount);
        }

        Assert.IsFalse(stream.CanRead);
    }

    [TestMethod]
    public void An_outer_scope_disposed_of_first_leaves_the_inner_one_working()
    {
        var before = Tensor.TotalCount;
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        outer.Dispose();

        var tensor = ones(1);
        inner.Dispose();

        Assert.IsTrue(tensor.IsInvalid);
        using var free = ones(1);
        Assert.AreEqual(before + 1, Tensor.TotalCount, "no scope is left");
    }

    [TestMethod]
    public void Each_thread_has_scopes_of_its_own()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;

        var thread = new Thread(() => elsewhere = ones(1));
        thread.Start();
        thread.Join();

        Assert.AreEqual(0, scope.DisposablesCount);
        elsewhere!.Dispose();
    }
}
