using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Hosting;
using Federated.Node.Journal;

namespace Federated.Node.Plans;

/// <summary>
/// How the operator's commands talk to the daemon, running or not: small files in the state folder, each written whole. The commands write
/// them; the daemon takes them up and writes what it took up into the journal, whose only writer it is.
/// </summary>
internal sealed class OperatorNotes(StateFolder state)
{
    private const int MaxBytes = 64 << 10;

    /// <summary>True while the operator wants no local work.</summary>
    /// <exception cref="OperatorException">Whether the note is there cannot be told: nothing may be released on a guess.</exception>
    internal bool IsPaused
    {
        get
        {
            try
            {
                _ = File.GetAttributes(state.Paused); // File.Exists would take a failing disk for a note that is not there
                return true;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new OperatorException(
                    $"Whether local work is paused cannot be told: {state.Paused}: {e.Message}",
                    "check the folder's owner and the disk; nothing is released meanwhile",
                    e
                );
            }
        }
    }

    /// <summary>Wants local work to stop; false if that was so before.</summary>
    /// <param name="by">User of the operating system.</param>
    /// <param name="at">When.</param>
    internal bool Pause(string by, DateTimeOffset at)
    {
        if (IsPaused)
        {
            return false;
        }

        StateFolder.Create(state.Root);
        // That the file is there is what counts; what it says is for whoever finds it.
        PrivateFiles.WriteWhole(
            state.Paused,
            new CanonicalJson().Add("format", "federated-pause/1").Add("by", by).Add("at", Timestamps.ToText(at)).ToBytes()
        );
        return true;
    }

    /// <summary>Wants local work to go on; false if it was not paused.</summary>
    /// <exception cref="OperatorException">The note cannot be removed.</exception>
    internal bool Resume()
    {
        var was = IsPaused;
        Remove(state.Paused);
        return was;
    }

    /// <summary>Writes a decision.</summary>
    internal void Write(Decision decision) => PrivateFiles.WriteWhole(DecisionFile(decision.Plan), decision.ToBytes());

    /// <summary>Writes a request to advance the journal.</summary>
    internal void Write(AdvanceRequest request) => PrivateFiles.WriteWhole(AdvanceFile(request.Plan), request.ToBytes());

    /// <summary>The decision on a plan; null, perhaps with a fault, if there is none.</summary>
    internal Decision? DecisionOn(Digest plan, out string? fault)
    {
        var decision = Bytes(DecisionFile(plan), out fault) is { } bytes ? Decision.Read(bytes, plan, out fault) : null;
        fault = fault is null ? null : $"{DecisionFile(plan)} is no decision: {fault}";
        return decision;
    }

    /// <summary>The decision's file as it is; nothing where there is none.</summary>
    internal byte[] DecisionBytes(Digest plan) => Bytes(DecisionFile(plan), out _) ?? [];

    /// <summary>The request to advance the journal of a plan; null, perhaps with a fault, if there is none.</summary>
    internal AdvanceRequest? AdvanceOf(Digest plan, out string? fault)
    {
        var request = Bytes(AdvanceFile(plan), out fault) is { } bytes ? AdvanceRequest.Read(bytes, plan, out fault) : null;
        fault = fault is null ? null : $"{AdvanceFile(plan)} is no request: {fault}";
        return request;
    }

    /// <summary>Removes a request that the journal has.</summary>
    internal void RemoveAdvance(Digest plan) => Remove(AdvanceFile(plan));

    /// <summary>When the notes on a plan were last written; the same value means that there is nothing new to read.</summary>
    internal (DateTime Decision, DateTime Advance) WrittenAt(Digest plan) =>
        (File.GetLastWriteTimeUtc(DecisionFile(plan)), File.GetLastWriteTimeUtc(AdvanceFile(plan)));

    private string DecisionFile(Digest plan) => Path.Combine(state.Plans, plan.ToString(), "decision.json");

    private string AdvanceFile(Digest plan) => Path.Combine(state.Plans, plan.ToString(), "advance.json");

    private static byte[]? Bytes(string path, out string? fault)
    {
        fault = null;
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            fault = new FileInfo(path).Length <= MaxBytes ? null : "it is too large.";
            return fault is null ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e.Message;
            return null;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be removed: {e.Message}", "run the command as the user that the node runs as", e);
        }
    }
}
