using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.SecureAggregation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Witnesses;

namespace Federated.Node.Journal;

/// <summary>
/// Signed messages that show somebody's lie, kept for people: <c>STATE/evidence</c>, a file each. Public keys and hashes; nothing computed from patients, and no secret.
/// </summary>
internal sealed class EvidenceFolder(StateFolder state)
{
    private const int MostFiles = 100;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>True while a fork of the audit log lies here: a person looks, and moves the files away.</summary>
    internal bool HasFork => Directory.Exists(state.Evidence) && Directory.GetFiles(state.Evidence, "log-*.checkpoint").Length > 0;

    /// <summary>Keeps both checkpoints of a fork of the audit log, as files that its readers take; nothing if a hundred files are there.</summary>
    /// <exception cref="OperatorException">It cannot be written.</exception>
    internal void Keep(CheckpointFork fork)
    {
        Keep(fork.First, "log");
        Keep(fork.Second, "log");
    }

    /// <summary>Keeps a checkpoint that was not shown to continue the one that this site vouched for. That alone proves nothing: the proof may have been broken.</summary>
    /// <exception cref="OperatorException">It cannot be written.</exception>
    internal void Keep(SignedCheckpoint shown) => Keep(shown, "shown");

    private void Keep(SignedCheckpoint checkpoint, string kind)
    {
        StateFolder.Create(state.Evidence);
        var head = checkpoint.Checkpoint.Head;
        var path = Path.Combine(state.Evidence, $"{kind}-{head.Size}-{head.Root.Abbreviated}.checkpoint");
        // A fork is proved once and stops this site: it is kept whatever else somebody filled the folder with.
        if (!File.Exists(path) && (kind == "log" || Directory.GetFiles(state.Evidence).Length < MostFiles))
        {
            PrivateFiles.WriteWhole(path, checkpoint.ToBytes());
        }
    }

    /// <summary>Keeps what a refusal can show; nothing if it can show nothing, or if a hundred files are there.</summary>
    /// <returns>SHA-256 of the file; null if none was written.</returns>
    /// <exception cref="OperatorException">It cannot be written.</exception>
    internal Digest? Keep(Digest plan, Attempt attempt, Refusal refusal)
    {
        if (refusal.Evidence.IsEmpty)
        {
            return null;
        }

        StateFolder.Create(state.Evidence);
        var path = Path.Combine(
            state.Evidence,
            $"{plan.Abbreviated}-{attempt.Round}-{attempt.Number}-{JournalLine.NameOf(refusal.Code)}.json"
        );
        if (File.Exists(path) || Directory.GetFiles(state.Evidence).Length >= MostFiles)
        {
            return null;
        }

        var file = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                format = "federated-evidence/2",
                plan = plan.ToString(),
                round = attempt.Round.Value,
                attempt = attempt.Number.Value,
                code = JournalLine.NameOf(refusal.Code),
                reason = refusal.Reason,
                previous = refusal.Previous.ToString(),
                messages = refusal.Evidence.Select(message => new
                {
                    type = message.Type.ToString(),
                    body = Convert.ToHexStringLower(message.Body.Span),
                    signature = Convert.ToHexStringLower(message.Signature.Span),
                }),
            },
            Indented
        );
        PrivateFiles.WriteWhole(path, file);
        return Digest.Of(file);
    }
}
