using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Comparisons, element by element into booleans; also the operators, as in TorchSharp (so compare with `is null`, never `== null`).
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Own(Native.ts_eq(Handle, target.Handle), this, target);

        public Tensor eq(Scalar target) => Own(Native.ts_eq_scalar(Handle, target.Value), this);

        public Tensor ne(Tensor target) => Own(Native.ts_ne(Handle, target.Handle), this, target);

        public Tensor ne(Scalar target) => Own(Native.ts_ne_scalar(Handle, target.Value), this);

        public Tensor lt(Tensor target) => Own(Native.ts_lt(Handle, target.Handle), this, target);

        public Tensor lt(Scalar target) => Own(Native.ts_lt_scalar(Handle, target.Value), this);

        public Tensor le(Tensor target) => Own(Native.ts_le(Handle, target.Handle), this, target);

        public Tensor le(Scalar target) => Own(Native.ts_le_scalar(Handle, target.Value), this);

        public Tensor gt(Tensor target) => Own(Native.ts_gt(Handle, target.Handle), this, target);

        public Tensor gt(Scalar target) => Own(Native.ts_gt_scalar(Handle, target.Value), this);

        public Tensor ge(Tensor target) => Own(Native.ts_ge(Handle, target.Handle), this, target);

        public Tensor ge(Scalar target) => Own(Native.ts_ge_scalar(Handle, target.Value), this);

        public Tensor logical_and(Tensor other) => Own(Native.ts_logical_and(Handle, other.Handle), this, other);

        public Tensor logical_or(Tensor other) => Own(Native.ts_logical_or(Handle, other.Handle), this, other);

        public Tensor bitwise_and(Tensor other) => Own(Native.ts_bitwise_and(Handle, other.Handle), this, other);

        public Tensor bitwise_or(Tensor other) => Own(Native.ts_bitwise_or(Handle, other.Handle), this, other);

        public Tensor bitwise_xor(Tensor other) => Own(Native.ts_bitwise_xor(Handle, other.Handle), this, other);

        public Tensor logical_not() => Own(Native.ts_logical_not(Handle), this);

        public Tensor bitwise_not() => Own(Native.ts_bitwise_not(Handle), this);

        /// <summary>Whether |this − target| ≤ atol + rtol · |target| everywhere.</summary>
        public unsafe bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            int result;
            Errors.Check(Native.ts_allclose(Handle, target.Handle, rtol, atol, equal_nan ? 1 : 0, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(target);
            return result != 0;
        }

        /// <summary>Element-wise, as TorchSharp's: <see cref="Equals(Tensor)"/> compares whole tensors.</summary>
        public Tensor equal(Tensor target) => eq(target);

        /// <summary>Whether shape and all elements are the same.</summary>
        public unsafe bool Equals(Tensor target)
        {
            int result;
            Errors.Check(Native.ts_equal(Handle, target.Handle, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(target);
            return result != 0;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>By object: hashing elements would read the whole tensor and change with it.</summary>
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);

        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);

        public static Tensor operator ~(Tensor left) => left.bitwise_not();
    }
}
