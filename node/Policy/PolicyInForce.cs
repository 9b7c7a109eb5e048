namespace Federated.Node.Policy;

/// <summary>The policy that the daemon goes by: what the file said when it was last looked at. Thread-safe.</summary>
/// <param name="file">The file. Looked at here alone.</param>
internal sealed class PolicyInForce(PolicyFile file)
{
    private readonly Lock _lock = new();
    private PolicyState _state = file.Read(); // guarded by _lock

    /// <summary>Where it stands, for people.</summary>
    internal string Name => file.Name;

    /// <summary>What holds.</summary>
    internal PolicyState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>True if plans without privacy are taken: never while the policy does not count.</summary>
    internal bool TakesPlansWithoutPrivacy => State.Policy is { WithoutPrivacy: true };

    /// <summary>Looks at the file again.</summary>
    /// <returns>True if another policy holds now, or another reason why none does.</returns>
    internal bool LookAgain()
    {
        lock (_lock)
        {
            var before = _state;
            _state = file.Read();
            return _state != before;
        }
    }
}
