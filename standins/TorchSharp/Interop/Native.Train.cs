using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>native/train.cpp: automatic differentiation, layers, losses and optimizer steps.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int ts_backward(nint loss, nint gradient, int retainGraph, int createGraph);

    [LibraryImport(Library)]
    internal static partial int ts_backward_many(
        nint* roots,
        int rootCount,
        nint* gradients,
        int gradientCount,
        int retainGraph,
        int createGraph,
        nint* inputs,
        int inputCount
    );

    [LibraryImport(Library)]
    internal static partial int ts_autograd_grad(
        nint* outputs,
        int outputCount,
        nint* inputs,
        int inputCount,
        nint* gradients,
        int gradientCount,
        int retainGraph,
        int createGraph,
        int allowUnused,
        nint* results
    );

    [LibraryImport(Library)]
    internal static partial nint ts_linear(nint input, nint weight, nint bias);

    [LibraryImport(Library)]
    internal static partial nint ts_softplus(nint a, double beta, double threshold);

    [LibraryImport(Library)]
    internal static partial nint ts_leaky_relu(nint a, double slope);

    [LibraryImport(Library)]
    internal static partial nint ts_elu(nint a, double alpha);

    [LibraryImport(Library)]
    internal static partial nint ts_gelu(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_silu(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_log_sigmoid(nint a);

    [LibraryImport(Library)]
    internal static partial int ts_relu_(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_dropout(nint a, double p, int train);

    [LibraryImport(Library)]
    internal static partial int ts_dropout_(nint a, double p, int train);

    [LibraryImport(Library)]
    internal static partial nint ts_bce(nint input, nint target, nint weight, long reduction);

    [LibraryImport(Library)]
    internal static partial nint ts_bce_with_logits(nint input, nint target, nint weight, nint posWeight, long reduction);

    [LibraryImport(Library)]
    internal static partial nint ts_mse(nint input, nint target, long reduction);

    [LibraryImport(Library)]
    internal static partial nint ts_cross_entropy(nint input, nint target, nint weight, long reduction, long ignoreIndex, double smoothing);

    [LibraryImport(Library)]
    internal static partial int ts_zero_grad(nint* parameters, int count, int setToNone);

    [LibraryImport(Library)]
    internal static partial int ts_sgd_step(
        nint* parameters,
        nint* buffers,
        int count,
        double rate,
        double momentum,
        double dampening,
        double weightDecay,
        int nesterov,
        int maximize
    );

    [LibraryImport(Library)]
    internal static partial int ts_adam_step(
        nint* parameters,
        nint* buffers,
        long* steps,
        int count,
        double rate,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        int amsgrad,
        int maximize,
        int decoupled
    );

    [LibraryImport(Library)]
    internal static partial int ts_clip_grad_norm_(nint* parameters, int count, double maxNorm, double normType, double* total);
}
