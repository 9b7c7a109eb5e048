using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Disposes of every tensor made on its thread between its construction and its disposal, but for those moved or detached.</summary>
/// <remarks>Scopes nest. Not thread-safe: a scope and its tensors belong to one thread at a time.</remarks>
public sealed partial class DisposeScope : IDisposable
{
    // A tensor knows its place in the list (Tensor.ScopeSlot), so that leaving a scope early costs no search.
    private readonly List<torch.Tensor> _tensors = [];
    private HashSet<IDisposable>? _others;

    internal DisposeScope(DisposeScopeManager disposeScopeManager)
    {
        ArgumentNullException.ThrowIfNull(disposeScopeManager);
        OuterScope = DisposeScopeManager.Current;
    }

    internal DisposeScope? OuterScope { get; set; }

    public int DisposablesCount => _tensors.Count + (_others?.Count ?? 0);

    /// <summary>What the scope holds now, copied.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. _tensors, .. _others ?? []];

    public bool Contains(IDisposable disposable) =>
        disposable is torch.Tensor tensor ? ReferenceEquals(tensor.OwningDisposeScope, this) : _others?.Contains(disposable) == true;

    /// <summary>Disposes of all that the scope holds; the scope stays open.</summary>
    public void DisposeEverything()
    {
        ReleaseTensors();
        var others = _others;
        _others = null;
        foreach (var disposable in others ?? [])
        {
            disposable.Dispose();
        }
    }

    public void Dispose()
    {
        DisposeEverything();
        DisposeScopeManager.Remove(this);
    }

    /// <summary>Tells the scope that something it holds has been disposed of.</summary>
    public void MarkAsDisposed(IDisposable disposable) => Leave(disposable);

    internal void Enter(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.ScopeSlot = _tensors.Count;
        _tensors.Add(tensor);
    }

    internal bool Leave(torch.Tensor tensor)
    {
        if (!ReferenceEquals(tensor.OwningDisposeScope, this))
        {
            return false;
        }

        var last = _tensors.Count - 1;
        var moved = _tensors[last];
        _tensors[tensor.ScopeSlot] = moved;
        moved.ScopeSlot = tensor.ScopeSlot;
        _tensors.RemoveAt(last);
        tensor.OwningDisposeScope = null;
        return true;
    }

    /// <summary>Puts <paramref name="heir"/> in the place of <paramref name="tensor"/>, whose native tensor it took over.</summary>
    internal static void ReplaceWith(torch.Tensor tensor, torch.Tensor heir)
    {
        var scope = tensor.OwningDisposeScope;
        if (scope is not null && scope.Leave(tensor))
        {
            scope.Enter(heir);
        }
    }

    private bool Leave(IDisposable disposable) => disposable is torch.Tensor tensor ? Leave(tensor) : _others?.Remove(disposable) == true;

    private void Enter(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope?.Leave(tensor);
            Enter(tensor);
        }
        else
        {
            (_others ??= new HashSet<IDisposable>(ReferenceEqualityComparer.Instance)).Add(disposable);
        }
    }

    // One native call for all: at a scope's end the border would otherwise cost more than the frees.
    private unsafe void ReleaseTensors()
    {
        const int Batch = 64;
        var handles = stackalloc nint[Batch];
        var count = 0;
        foreach (var tensor in CollectionsMarshal.AsSpan(_tensors))
        {
            tensor.OwningDisposeScope = null;
            var handle = tensor.ReleaseHandle();
            if (handle == 0)
            {
                continue;
            }

            handles[count++] = handle;
            if (count == Batch)
            {
                Native.ts_dispose_many(handles, count);
                count = 0;
            }
        }

        _tensors.Clear();
        if (count > 0)
        {
            Native.ts_dispose_many(handles, count);
        }
    }
}
