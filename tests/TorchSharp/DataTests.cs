using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class DataTests
{
    [TestMethod]
    public void An_accessor_reads_in_logical_order_whatever_the_strides()
    {
        using var scope = NewDisposeScope();
        var matrix = arange(6, dtype: float64).view(2, 3);

        CollectionAssert.AreEqual(new double[] { 0, 1, 2, 3, 4, 5 }, matrix.data<double>().ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 3, 1, 4, 2, 5 }, matrix.t().data<double>().ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 0, 0, 3, 3, 3 }, matrix.narrow(1, 0, 1).expand(2, 3).data<double>().ToArray());
        Assert.AreEqual(4.0, matrix.t().data<double>()[1, 1]);
        Assert.AreEqual(5.0, matrix.data<double>()[5]);
        Assert.AreEqual(15.0, matrix.t().data<double>().Sum());
    }

    [TestMethod]
    public void An_accessor_copies_into_spans_and_from_them()
    {
        using var scope = NewDisposeScope();
        var vector = arange(5, dtype: float32);
        Span<float> target = stackalloc float[3];

        vector.data<float>().CopyTo(target, tensorIndex: 2);
        CollectionAssert.AreEqual(new float[] { 2, 3, 4 }, target.ToArray());

        vector.data<float>().CopyFrom([9f, 8f], tensorIndex: 1);
        CollectionAssert.AreEqual(new float[] { 0, 9, 8, 3, 4 }, vector.data<float>().ToArray());

        var transposed = zeros(2, 3).t();
        transposed.data<float>()[2, 1] = 7;
        Assert.AreEqual(7f, transposed[2, 1].item<float>());
    }

    [TestMethod]
    public void Bytes_are_the_tensors_own_memory()
    {
        using var scope = NewDisposeScope();
        var vector = zeros(3, float64);

        MemoryMarshal.Cast<byte, double>(vector.bytes)[1] = 2.5;
        Assert.AreEqual(2.5, vector[1].item<double>());

        vector.bytes = MemoryMarshal.AsBytes(new double[] { 1, 2, 3 }.AsSpan());
        Assert.AreEqual(6.0, vector.sum().item<double>());
        Assert.Throws<ArgumentException>(() => vector.bytes = new byte[23]);
        Assert.Throws<NotImplementedException>(() => zeros(2, 3).t().bytes.Length);
    }

    [TestMethod]
    public void Item_and_data_ask_for_the_tensors_own_type()
    {
        using var scope = NewDisposeScope();

        Assert.AreEqual(3L, tensor(3L).item<long>());
        Assert.IsTrue(tensor(true).item<bool>());
        Assert.Throws<ArgumentException>(() => tensor(3L).item<int>());
        Assert.Throws<ArgumentException>(() => ones(2).item<float>());
        Assert.Throws<ArgumentException>(() => ones(2).data<double>());
    }

    [TestMethod]
    public void Attributes_are_as_made()
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(2, 3, 4, dtype: float64);

        CollectionAssert.AreEqual(new long[] { 2, 3, 4 }, tensor.shape);
        CollectionAssert.AreEqual(new long[] { 12, 4, 1 }, tensor.stride());
        Assert.AreEqual(4, tensor.size(-1));
        Assert.AreEqual(3, tensor.ndim);
        Assert.AreEqual(3, tensor.dim());
        Assert.AreEqual(24, tensor.numel());
        Assert.AreEqual(24, tensor.NumberOfElements);
        Assert.AreEqual(float64, tensor.dtype);
        Assert.AreEqual(8, tensor.ElementSize);
        Assert.AreEqual("cpu", tensor.device.ToString());
        Assert.IsTrue(tensor.is_contiguous());
        Assert.IsFalse(tensor.transpose(0, 1).is_contiguous());
        Assert.AreEqual("[2x3x4], type = Float64, device = cpu", tensor.ToString());
    }

    [TestMethod]
    public void Equality_is_element_wise_for_operators_and_whole_for_Equals()
    {
        using var scope = NewDisposeScope();
        var (one, same, other) = (tensor(new[] { 1f, 2 }), tensor(new[] { 1f, 2 }), tensor(new[] { 1f, 3 }));

        CollectionAssert.AreEqual(new[] { true, false }, (one == other).data<bool>().ToArray());
        CollectionAssert.AreEqual(new[] { true, false }, equal(one, other).data<bool>().ToArray());
        Assert.IsTrue(one.Equals(same));
        Assert.IsFalse(one.Equals(other));
        Assert.IsTrue(allclose(one, one + 1e-7));
        Assert.IsFalse(one.allclose(other));
    }

    [TestMethod]
    public void To_copies_only_where_it_must()
    {
        using var scope = NewDisposeScope();
        var tensor = ones(3);

        tensor.to(float32).fill_(5);
        tensor.to(float32, copy: true).fill_(7);
        tensor.cpu().mul_(2);

        CollectionAssert.AreEqual(new float[] { 10, 10, 10 }, tensor.data<float>().ToArray());
    }

    [TestMethod]
    public void A_tensor_of_managed_numbers_is_a_copy()
    {
        using var scope = NewDisposeScope();
        var numbers = new double[] { 1, 2, 3, 4 };
        var made = tensor(numbers, [2, 2]);

        numbers[0] = 9;

        Assert.AreEqual(1.0, made[0, 0].item<double>());
        Assert.Throws<ArgumentException>(() => tensor(numbers, [3, 2]));
    }
}
