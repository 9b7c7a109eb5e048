using Federated.Federation;
using Federated.Privacy.Numerics;

namespace Federated.Privacy.Tests.Numerics;

[TestClass]
public sealed class FourierTransformTests
{
    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    [DataRow(64)]
    [DataRow(1 << 16)]
    public void There_and_back_is_where_it_was_within_the_stated_error(int length)
    {
        var random = new KeyedRandom("there and back");
        var (re, im) = (Numbers(random, length), Numbers(random, length));
        var (there, imaginary) = ((double[])re.Clone(), (double[])im.Clone());
        var fourier = new FourierTransform(length);

        fourier.Forward(there, imaginary);
        fourier.Inverse(there, imaginary);

        var error = Norm([.. re.Zip(there, (x, y) => x - y), .. im.Zip(imaginary, (x, y) => x - y)]);
        Assert.IsLessThanOrEqualTo(2 * fourier.RelativeError * Norm([.. re, .. im]), error);
    }

    [TestMethod]
    [DataRow(8, 3L)]
    [DataRow(32, 7L)]
    [DataRow(64, 20L)]
    public void Powers_of_transforms_are_convolutions(int length, long count)
    {
        var random = new KeyedRandom("convolution");
        var mass = Numbers(random, length).Select(Math.Abs).ToArray();
        mass = [.. mass.Select(x => x / mass.Sum())];
        var (re, im) = ((double[])mass.Clone(), new double[length]);
        var (product, imaginary) = (Enumerable.Repeat(1.0, length).ToArray(), new double[length]);
        var fourier = new FourierTransform(length);

        fourier.Forward(re, im);
        Spectrum.MultiplyByPower(product, imaginary, re, im, count);
        fourier.Inverse(product, imaginary);

        var direct = (double[])mass.Clone();
        for (var i = 1; i < count; i++)
        {
            direct = Cyclic(direct, mass);
        }

        for (var i = 0; i < length; i++)
        {
            Assert.AreEqual(direct[i], product[i], 1e-15 * count);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(12)]
    public void A_length_that_is_no_power_of_two_is_refused(int length) =>
        Assert.ThrowsExactly<ArgumentException>(() => new FourierTransform(length));

    private static double[] Cyclic(double[] a, double[] b)
    {
        var sum = new double[a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < b.Length; j++)
            {
                sum[(i + j) % a.Length] += a[i] * b[j];
            }
        }

        return sum;
    }

    private static double[] Numbers(KeyedRandom random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(v => v * v));
}
