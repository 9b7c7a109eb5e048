using static TorchSharp.torch;

namespace Federated.Bench.TorchStep;

/// <summary>One operation and nothing else: its price is that of crossing into native code, a tensor object, and its disposal.</summary>
internal sealed class Addition(int size) : IWork
{
    private readonly Tensor _left = ones(size);
    private readonly Tensor _right = ones(size);
    private readonly IDisposable _unrecorded = no_grad();

    public void Step()
    {
        using var sum = _left.add(_right);
    }

    public void Dispose()
    {
        _unrecorded.Dispose();
        _left.Dispose();
        _right.Dispose();
    }
}
