namespace Grpc.Core;

/// <summary>What every generated client holds: the invoker that its calls go through.</summary>
public abstract class ClientBase
{
    private readonly CallInvoker? _callInvoker;

    /// <summary>For test doubles, which override the calls and have no invoker.</summary>
    protected ClientBase() { }

    /// <summary>From a configuration made by another client of the same type.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _callInvoker = configuration.CallInvoker;
    }

    /// <summary>Calls go through this channel.</summary>
    protected ClientBase(ChannelBase channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _callInvoker = channel.CreateCallInvoker();
    }

    /// <summary>Calls go through this invoker.</summary>
    protected ClientBase(CallInvoker callInvoker)
    {
        ArgumentNullException.ThrowIfNull(callInvoker);
        _callInvoker = callInvoker;
    }

    /// <summary>The invoker.</summary>
    /// <exception cref="NotImplementedException">The client is a test double that left a call to the base class.</exception>
    protected CallInvoker CallInvoker =>
        _callInvoker ?? throw new NotImplementedException($"{GetType()} was made without a channel; override the method that was called.");

    /// <summary>What one client hands to another of its type.</summary>
    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker callInvoker) => CallInvoker = callInvoker;

        internal CallInvoker CallInvoker { get; }
    }
}

/// <summary>Base class of a generated client.</summary>
/// <typeparam name="T">The generated client itself.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>For test doubles.</summary>
    protected ClientBase() { }

    /// <summary>From a configuration made by another client.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration) { }

    /// <summary>Calls go through this channel.</summary>
    protected ClientBase(ChannelBase channel)
        : base(channel) { }

    /// <summary>Calls go through this invoker.</summary>
    protected ClientBase(CallInvoker callInvoker)
        : base(callInvoker) { }

    /// <summary>A client of the same type over another configuration; generated clients override it.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
