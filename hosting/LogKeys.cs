using Federated.Identity;
using Federated.TransparencyLog.Notes;

namespace Federated.Hosting;

/// <summary>A member's keys as the log's formats know them.</summary>
public static class LogKeys
{
    /// <summary>The key that signs a member's entries.</summary>
    /// <param name="member">The root's word.</param>
    /// <param name="name">Under which name it signs (<see cref="KeyNames"/>).</param>
    public static NoteKey LogKey(this ProtocolCredential member, KeyName name) => Key(name, NoteAlgorithm.Ed25519, member.Keys.Log);

    /// <summary>The key that cosigns checkpoints for a member.</summary>
    /// <inheritdoc cref="LogKey" path="/param"/>
    public static NoteKey WitnessKey(this ProtocolCredential member, KeyName name) =>
        Key(name, NoteAlgorithm.Cosignature, member.Keys.Witness);

    private static NoteKey Key(KeyName name, NoteAlgorithm algorithm, string key) =>
        NoteKey.TryCreate(name, algorithm, Convert.FromHexString(key))
        ?? throw new InvalidOperationException($"A credential was read whose key for {name} is none.");
}
