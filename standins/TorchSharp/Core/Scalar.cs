using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number whose type is only known at run time. Made by implicit conversion.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly ScalarValue Value;

    internal Scalar(ScalarValue value) => Value = value;

    public static implicit operator Scalar(byte value) => new(ScalarValue.Of((long)value));

    public static implicit operator Scalar(sbyte value) => new(ScalarValue.Of((long)value));

    public static implicit operator Scalar(short value) => new(ScalarValue.Of((long)value));

    public static implicit operator Scalar(int value) => new(ScalarValue.Of((long)value));

    public static implicit operator Scalar(long value) => new(ScalarValue.Of(value));

    public static implicit operator Scalar(float value) => new(ScalarValue.Of((double)value));

    public static implicit operator Scalar(double value) => new(ScalarValue.Of(value));

    public static implicit operator Scalar(bool value) => new(ScalarValue.Of(value));

    /// <summary>Nothing to release; here because TorchSharp's scalar has it.</summary>
    public void Dispose() { }

    public override string ToString() =>
        Value.Kind switch
        {
            1 => Value.AsDouble.ToString(System.Globalization.CultureInfo.InvariantCulture),
            2 => Value.Bits != 0 ? "True" : "False",
            _ => Value.Bits.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
}

/// <summary>Conversions between numbers and <see cref="Scalar"/>.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this short value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static bool ToBoolean(this Scalar value) => value.Value.AsDouble != 0;

    public static int ToInt32(this Scalar value) => checked((int)value.Value.AsInt64);

    public static long ToInt64(this Scalar value) => value.Value.AsInt64;

    public static float ToSingle(this Scalar value) => (float)value.Value.AsDouble;

    public static double ToDouble(this Scalar value) => value.Value.AsDouble;
}
