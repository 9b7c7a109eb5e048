using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class NativeErrorTests
{
    public static IEnumerable<object[]> Mistakes =>
        [
            ["mm of unfitting shapes", () => ones(2, 3).mm(ones(2, 3)), "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"],
            [
                "unfitting shapes in a sum",
                () => ones(2, 3) + ones(4),
                "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1",
            ],
            ["a view of another size", () => ones(6).view(4, 2), "shape '[4, 2]' is invalid for input of size 6"],
            ["an index outside", () => ones(3)[5], "select(): index 5 out of range for tensor of size [3] at dimension 0"],
            ["an index outside, by tensor", () => ones(3).index_select(0, tensor(new long[] { 7 })), "index out of range in self"],
            ["a dimension outside", () => ones(3).sum(2), "Dimension out of range (expected to be in range of [-1, 0], but got 2)"],
            ["mean of integers", () => ones(3, int64).mean(), "mean(): could not infer output dtype."],
            ["cat of unfitting shapes", () => cat([ones(2, 3), ones(2, 4)]), "Sizes of tensors must match except in dimension 0."],
            ["an unknown einsum letter", () => einsum("ij->k", ones(2, 2)), "einsum(): output subscript k does not appear in the equation"],
        ];

    [TestMethod]
    [DynamicData(nameof(Mistakes))]
    public void An_error_in_libtorch_is_an_ExternalException_with_libtorchs_words(string what, Func<Tensor> mistake, string message)
    {
        var error = Assert.Throws<ExternalException>(() => mistake(), what);

        StringAssert.StartsWith(error.Message, message);
        Assert.DoesNotContain("frame #", error.Message, "the C++ stack says nothing to a C# caller");
        Assert.DoesNotContain("Exception raised from", error.Message);
    }

    [TestMethod]
    public void Errors_of_two_threads_do_not_mix()
    {
        Parallel.For(
            3,
            40,
            i =>
            {
                using var scope = NewDisposeScope();
                var error = Assert.Throws<ExternalException>(() => ones(i, 2).mm(ones(i, 2)));
                StringAssert.Contains(error.Message, $"({i}x2 and {i}x2)");
            }
        );
    }

    [TestMethod]
    public void A_failed_operation_leaves_no_tensor_behind()
    {
        using var left = ones(2, 3);
        var before = Tensor.TotalCount;

        for (var i = 0; i < 10; i++)
        {
            Assert.Throws<ExternalException>(() => left.mm(left));
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Changing_a_leaf_in_place_while_recording_is_refused()
    {
        using var leaf = ones(3).requires_grad_();

        var error = Assert.Throws<ExternalException>(() => leaf.add_(1));

        StringAssert.StartsWith(error.Message, "a leaf Variable that requires grad is being used in an in-place operation.");
    }
}
