using TorchSharp.Interop;

namespace TorchSharp;

// Products, joins and selections.
public static partial class torch
{
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    public static Tensor mv(Tensor input, Tensor target) => input.mv(target);

    public static Tensor dot(Tensor input, Tensor other) => input.dot(other);

    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);

    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => input.addmm(mat1, mat2, beta, alpha);

    /// <summary>Sum of products in Einstein's notation, e.g. "bij,bjk->bik".</summary>
    public static unsafe Tensor einsum(string equation, params Tensor[] tensors)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(equation + "\0");
        var handles = Handles.Of(tensors);
        fixed (byte* characters = text)
        fixed (nint* operands = handles)
        {
            return Tensor.Own(Native.ts_einsum(characters, operands, handles.Length), tensors);
        }
    }

    public static unsafe Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        fixed (nint* parts = Handles.Of(tensors))
        {
            return Tensor.Own(Native.ts_cat(parts, tensors.Count, dim), tensors);
        }
    }

    public static unsafe Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        Tensor[] list = [.. tensors];
        fixed (nint* parts = Handles.Of(list))
        {
            return Tensor.Own(Native.ts_stack(parts, list.Length, dim), list);
        }
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y) =>
        Tensor.Own(Native.ts_where(condition.Handle, x.Handle, y.Handle), condition, x, y);

    public static Tensor lerp(Tensor input, Tensor end, Tensor weight) =>
        Tensor.Own(Native.ts_lerp(input.Handle, end.Handle, weight.Handle), input, end, weight);

    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);

    public static Tensor masked_select(Tensor input, Tensor mask) => input.masked_select(mask);

    public static Tensor nonzero(Tensor input) => input.nonzero();

    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) => tensor.split(split_size_or_sections, dim);

    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => input.chunk(chunks, dim);

    public static Tensor[] unbind(Tensor input, long dim = 0L) => input.unbind(dim);

    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);

    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);

    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);

    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);

    public static Tensor t(Tensor input) => input.t();

    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);

    public static Tensor diag(Tensor input, long diagonal = 0) => input.diag(diagonal);

    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);

    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);

    public static class linalg
    {
        /// <summary>The <paramref name="ord"/>-norm along <paramref name="dims"/>, or of the flattened tensor.</summary>
        public static unsafe Tensor vector_norm(Tensor input, double ord = 2d, long[]? dims = null, bool keepdim = false)
        {
            fixed (long* over = dims)
            {
                return Tensor.Own(Native.ts_vector_norm(input.Handle, ord, over, dims?.Length ?? 0, keepdim ? 1 : 0, -1), input);
            }
        }
    }
}
