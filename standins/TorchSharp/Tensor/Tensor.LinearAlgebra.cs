using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Products of matrices and vectors.
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Own(Native.ts_matmul(Handle, target.Handle), this, target);

        public Tensor mm(Tensor target) => Own(Native.ts_mm(Handle, target.Handle), this, target);

        public Tensor bmm(Tensor batch2) => Own(Native.ts_bmm(Handle, batch2.Handle), this, batch2);

        public Tensor mv(Tensor target) => Own(Native.ts_mv(Handle, target.Handle), this, target);

        public Tensor dot(Tensor target) => Own(Native.ts_dot(Handle, target.Handle), this, target);

        public Tensor outer(Tensor vec2) => Own(Native.ts_outer(Handle, vec2.Handle), this, vec2);

        public Tensor trace() => Own(Native.ts_trace(Handle), this);

        public Tensor diag(long diagonal = 0) => Own(Native.ts_diag(Handle, diagonal), this);

        public Tensor tril(long diagonal = 0) => Own(Native.ts_tril(Handle, diagonal), this);

        public Tensor triu(long diagonal = 0) => Own(Native.ts_triu(Handle, diagonal), this);
    }
}
