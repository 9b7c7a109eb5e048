namespace TorchSharp;

/// <summary>Holds each thread's innermost dispose scope, which every tensor made on that thread joins.</summary>
public sealed class DisposeScopeManager
{
    [ThreadStatic]
    internal static DisposeScope? Current;

    [ThreadStatic]
    private static DisposeScopeManager? t_singleton;

    private DisposeScopeManager() { }

    internal static DisposeScopeManager ThreadSingleton => t_singleton ??= new DisposeScopeManager();

    internal static DisposeScope NewDisposeScope() => Current = new DisposeScope(ThreadSingleton);

    /// <summary>Takes a scope out of the thread's chain; scopes opened inside it and still open stay.</summary>
    internal static void Remove(DisposeScope scope)
    {
        if (ReferenceEquals(Current, scope))
        {
            Current = scope.OuterScope;
            return;
        }

        for (var inner = Current; inner is not null; inner = inner.OuterScope)
        {
            if (ReferenceEquals(inner.OuterScope, scope))
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
        }
    }
}
