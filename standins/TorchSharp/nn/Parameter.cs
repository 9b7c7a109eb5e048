namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A tensor that a module registers as trainable when it is assigned to one of its fields.</summary>
        public class Parameter : torch.Tensor
        {
            /// <param name="data">Gives its native tensor to the parameter and is empty afterwards.</param>
            /// <param name="requires_grad">False for a parameter that is frozen.</param>
            public Parameter(torch.Tensor data, bool requires_grad = true)
                : base(Take(data, requires_grad), register: false) => DisposeScope.ReplaceWith(data, this);

            private static nint Take(torch.Tensor data, bool requiresGrad)
            {
                data.requires_grad = requiresGrad;
                return data.ReleaseHandle();
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
