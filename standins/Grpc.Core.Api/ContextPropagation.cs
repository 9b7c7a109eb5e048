namespace Grpc.Core;

/// <summary>Which parts of a server's call its own outgoing calls inherit.</summary>
public class ContextPropagationOptions
{
    /// <summary>Both parts.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Chooses the parts.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>Outgoing calls end no later than the incoming one.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Outgoing calls are cancelled with the incoming one.</summary>
    public bool IsPropagateCancellation { get; }
}

/// <summary>What a server's call hands to an outgoing one. Made by the server's implementation alone.</summary>
public abstract class ContextPropagationToken
{
    private protected ContextPropagationToken() { }
}
