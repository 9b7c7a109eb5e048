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
    private readonly StreamWriter _file;

    internal SiteMetrics(string stateFolder)
    {
        var path = Path.Combine(stateFolder, "metrics.jsonl");
        try
        {
            Directory.CreateDirectory(stateFolder);
            var options = new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            _file = new StreamWriter(path, options) { AutoFlush = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be written: {e.Message}", "check node.state in the configuration", e);
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

        _file.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
