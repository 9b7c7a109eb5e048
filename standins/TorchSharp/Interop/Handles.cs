namespace TorchSharp.Interop;

/// <summary>Native handles of a list of tensors, for the length of one call.</summary>
/// <remarks>The caller keeps the tensors reachable until the call returns (<see cref="GC.KeepAlive"/> on the list).</remarks>
internal static class Handles
{
    internal static nint[] Of(IList<torch.Tensor>? tensors)
    {
        if (tensors is null)
        {
            return [];
        }

        var handles = new nint[tensors.Count];
        for (var i = 0; i < handles.Length; i++)
        {
            handles[i] = tensors[i].Handle;
        }

        return handles;
    }
}
