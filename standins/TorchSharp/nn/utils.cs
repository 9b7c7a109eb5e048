using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients by one factor so that the norm of them all together is at most <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before scaling.</returns>
            public static unsafe double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                Parameter[] list = [.. tensors];
                double total;
                fixed (nint* parameters = Handles.Of(list))
                {
                    Errors.Check(Native.ts_clip_grad_norm_(parameters, list.Length, max_norm, norm_type, &total));
                }

                GC.KeepAlive(list);
                return total;
            }

            /// <summary>All parameters flattened, one after the other.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                List<Tensor> parts = [.. tensors.Select(parameter => parameter.reshape(-1).DetachFromDisposeScope())];
                var vector = cat(parts);
                parts.ForEach(part => part.Dispose());
                return vector;
            }

            /// <summary>Copies a vector's elements into the parameters, in the order of <see cref="parameters_to_vector"/>.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var unrecorded = no_grad();
                long start = 0;
                foreach (var parameter in tensors)
                {
                    var length = parameter.numel();
                    using var part = vec.narrow(0, start, length).DetachFromDisposeScope();
                    using var shaped = part.view(parameter.shape).DetachFromDisposeScope();
                    parameter.copy_(shaped);
                    start += length;
                }
            }
        }
    }
}
