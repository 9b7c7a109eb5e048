using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Learning.Metrics;

namespace Federated.Node.Journal;

/// <summary>
/// This site's own figures, for its own operator: one JSON object a line in <c>STATE/metrics.jsonl</c>. They are computed from patients in
/// clear and never leave the machine; no wire message has a field for them.
/// </summary>
internal sealed class SiteMetrics : IDisposable
{
    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly FileStream _file; // guarded by _lock: work beside the session writes too

    internal SiteMetrics(string stateFolder)
    {
        StateFolder.Create(stateFolder);
        _path = Path.Combine(stateFolder, "metrics.jsonl");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                BufferSize = 0, // a line is on its way to the disk, or its failure is known, when the call returns
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            _file = new FileStream(_path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(e, "check node.state in the configuration");
        }
    }

    /// <summary>How long a round's training took here.</summary>
    internal void Trained(Digest plan, RoundNumber round, AttemptNumber attempt, TimeSpan elapsed) =>
        Write(json =>
        {
            json.WriteString("kind", "trained");
            json.WriteString("plan", plan.ToString());
            json.WriteNumber("round", round.Value);
            json.WriteNumber("attempt", attempt.Value);
            json.WriteNumber("training_us", (long)elapsed.TotalMicroseconds);
        });

    /// <summary>How well a model does on this site's held-out patients; <paramref name="metrics"/> is null where it has none.</summary>
    internal void Scored(Digest plan, RoundNumber round, Digest model, BinaryMetrics? metrics) =>
        Write(json =>
        {
            json.WriteString("kind", "scored");
            json.WriteString("plan", plan.ToString());
            json.WriteNumber("round", round.Value);
            json.WriteString("model", model.ToString());
            json.WriteNumber("rows", metrics?.Rows ?? 0);
            if (metrics is null)
            {
                return;
            }

            if (metrics.Auroc is { } auroc)
            {
                json.WriteNumber("auroc", auroc);
            }

            json.WriteNumber("accuracy", metrics.Accuracy);
            json.WriteNumber("brier", metrics.Brier);
            json.WriteNumber("log_loss", metrics.LogLoss);
        });

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write(Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        lock (_lock)
        {
            var whole = _file.Length;
            try
            {
                _file.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            }
            catch (IOException e)
            {
                _file.SetLength(whole); // half a line would spoil the file for whoever reads it
                throw NotWritten(e, "free space on that disk, then start the node again; it goes on where the study is");
            }
        }
    }

    private OperatorException NotWritten(Exception e, string hint) => new($"{_path} cannot be written: {e.Message}", hint, e);
}
