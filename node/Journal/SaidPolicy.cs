using System.Text;
using Federated.Federation;
using Federated.Hosting;

namespace Federated.Node.Journal;

/// <summary>Hash of the policy that the audit log was told last: <c>STATE/log/policy</c>. Not thread-safe.</summary>
internal sealed class SaidPolicy(StateFolder state)
{
    private string Path => System.IO.Path.Combine(state.Log, "policy");

    /// <summary>True if the log was told this policy last.</summary>
    internal bool Is(Digest policy) => File.Exists(Path) && File.ReadAllText(Path) == Text(policy);

    /// <summary>Notes what the log was told; on disk when this returns.</summary>
    internal void Write(Digest policy)
    {
        StateFolder.Create(state.Log);
        PrivateFiles.WriteWhole(Path, Encoding.UTF8.GetBytes(Text(policy)));
    }

    private static string Text(Digest policy) => $"{policy}\n";
}
