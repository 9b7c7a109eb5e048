using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Sums and products, with broadcasting.
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Own(Native.ts_add(Handle, target.Handle, ScalarValue.One), this, target);

        public Tensor add(Tensor target, Scalar alpha) => Own(Native.ts_add(Handle, target.Handle, alpha.Value), this, target);

        public Tensor add(Scalar scalar) => Own(Native.ts_add_scalar(Handle, scalar.Value, ScalarValue.One), this);

        public Tensor add(Scalar scalar, Scalar alpha) => Own(Native.ts_add_scalar(Handle, scalar.Value, alpha.Value), this);

        public Tensor sub(Tensor target) => Own(Native.ts_sub(Handle, target.Handle, ScalarValue.One), this, target);

        public Tensor sub(Scalar target) => Own(Native.ts_sub_scalar(Handle, target.Value, ScalarValue.One), this);

        public Tensor mul(Tensor target) => Own(Native.ts_mul(Handle, target.Handle), this, target);

        public Tensor mul(Scalar target) => Own(Native.ts_mul_scalar(Handle, target.Value), this);

        public Tensor div(Tensor target) => Own(Native.ts_div(Handle, target.Handle), this, target);

        public Tensor div(Scalar target) => Own(Native.ts_div_scalar(Handle, target.Value), this);

        public Tensor remainder(Scalar scalar) => Own(Native.ts_remainder_scalar(Handle, scalar.Value), this);

        /// <summary>beta · this + alpha · (mat1 × mat2).</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Own(Native.ts_addmm(Handle, mat1.Handle, mat2.Handle, beta, alpha), this, mat1, mat2);

        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Scalar left, Tensor right) => Own(Native.ts_rsub_scalar(right.Handle, left.Value), right);

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator /(Scalar left, Tensor right) => Own(Native.ts_scalar_div(left.Value, right.Handle), right);

        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);
    }
}
