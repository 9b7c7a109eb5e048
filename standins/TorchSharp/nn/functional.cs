using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss joins its elements; numbered as in libtorch.</summary>
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static partial class functional
        {
            /// <summary>input Wᵀ + b; weights [out, in], bias [out].</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Tensor.Own(Native.ts_linear(input.Handle, weights.Handle, bias is null ? 0 : bias.Handle), input, weights, bias);

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor tanh(Tensor x) => x.tanh();

            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) =>
                Tensor.Own(Native.ts_softplus(x.Handle, beta, threshold), x);

            public static Tensor logsigmoid(Tensor x) => Tensor.Own(Native.ts_log_sigmoid(x.Handle), x);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01) =>
                Tensor.Own(Native.ts_leaky_relu(input.Handle, negative_slope), input);

            public static Tensor elu(Tensor x, double alpha) => Tensor.Own(Native.ts_elu(x.Handle, alpha), x);

            public static Tensor gelu(Tensor x) => Tensor.Own(Native.ts_gelu(x.Handle), x);

            public static Tensor silu(Tensor x) => Tensor.Own(Native.ts_silu(x.Handle), x);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace
                    ? input.Same(Native.ts_dropout_(input.Handle, p, training ? 1 : 0))
                    : Tensor.Own(Native.ts_dropout(input.Handle, p, training ? 1 : 0), input);

            /// <param name="input">Probabilities.</param>
            /// <param name="target">Values in [0, 1].</param>
            /// <param name="weight">Factors, broadcast to the input's shape.</param>
            /// <param name="reduction">How elements are joined.</param>
            public static Tensor binary_cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean
            ) =>
                Tensor.Own(
                    Native.ts_bce(input.Handle, target.Handle, weight is null ? 0 : weight.Handle, (long)reduction),
                    input,
                    target,
                    weight
                );

            /// <param name="input">Logits.</param>
            /// <param name="target">Values in [0, 1].</param>
            /// <param name="weight">Factors, broadcast to the input's shape.</param>
            /// <param name="reduction">How elements are joined.</param>
            /// <param name="pos_weights">Factors of the positive part, one a class.</param>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean,
                Tensor? pos_weights = null
            )
            {
                var result = Native.ts_bce_with_logits(
                    input.Handle,
                    target.Handle,
                    weight is null ? 0 : weight.Handle,
                    pos_weights is null ? 0 : pos_weights.Handle,
                    (long)reduction
                );
                GC.KeepAlive(pos_weights);
                return Tensor.Own(result, input, target, weight);
            }

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Own(Native.ts_mse(input.Handle, target.Handle, (long)reduction), input, target);

            /// <param name="input">Logits, classes along dimension 1.</param>
            /// <param name="target">Class numbers (int64), or probabilities in the input's shape.</param>
            /// <param name="weight">One factor a class.</param>
            /// <param name="ignore_index">A class number that counts nothing.</param>
            /// <param name="reduction">How elements are joined.</param>
            /// <param name="label_smoothing">Share of each target spread over all classes.</param>
            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                long ignore_index = -100,
                Reduction reduction = Reduction.Mean,
                double label_smoothing = 0.0
            ) =>
                Tensor.Own(
                    Native.ts_cross_entropy(
                        input.Handle,
                        target.Handle,
                        weight is null ? 0 : weight.Handle,
                        (long)reduction,
                        ignore_index,
                        label_smoothing
                    ),
                    input,
                    target,
                    weight
                );
        }
    }
}
