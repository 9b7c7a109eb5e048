using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp
{
    /// <summary>Compares predictions with targets of the same shape.</summary>
    public abstract class Loss<T1, T2, TResult> : torch.nn.Module<T1, T2, TResult>
    {
        protected Loss(torch.nn.Reduction reduction = torch.nn.Reduction.Mean)
            : base(nameof(Loss<,,>)) => this.reduction = reduction;

        public torch.nn.Reduction reduction { get; }
    }

    public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
    {
        protected WeightedLoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean)
            : base(reduction) => this.weight = weight;

        public torch.Tensor? weight { get; }
    }

    namespace Modules
    {
        public sealed class MSELoss : Loss<torch.Tensor, torch.Tensor, torch.Tensor>
        {
            public MSELoss(torch.nn.Reduction reduction = torch.nn.Reduction.Mean)
                : base(reduction) { }

            public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) => F.mse_loss(input, target, reduction);
        }

        public sealed class BCELoss : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>
        {
            public BCELoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean)
                : base(weight, reduction) { }

            public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
                F.binary_cross_entropy(input, target, weight, reduction);
        }

        /// <summary>Cross-entropy of sigmoid(input), computed without overflow.</summary>
        public sealed class BCEWithLogitsLoss : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>
        {
            public BCEWithLogitsLoss(
                torch.Tensor? weight = null,
                torch.nn.Reduction reduction = torch.nn.Reduction.Mean,
                torch.Tensor? pos_weights = null
            )
                : base(weight, reduction) => this.pos_weights = pos_weights;

            public torch.Tensor? pos_weights { get; }

            public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
                F.binary_cross_entropy_with_logits(input, target, weight, reduction, pos_weights);
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static MSELoss MSELoss(Reduction reduction = Reduction.Mean) => new(reduction);

            public static BCELoss BCELoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) => new(weight, reduction);

            public static BCEWithLogitsLoss BCEWithLogitsLoss(
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean,
                Tensor? pos_weights = null
            ) => new(weight, reduction, pos_weights);
        }
    }
}
