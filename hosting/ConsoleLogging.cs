using Microsoft.Extensions.Logging;

namespace Federated.Hosting;

/// <summary>The <c>logging</c> part of a configuration.</summary>
public sealed class LoggingOptions : ICheckedOptions
{
    /// <summary>Level from which on lines are written, by category or its beginning; <c>Default</c> for all others.</summary>
    /// <remarks>Kept as text: binding would pass over a level that does not exist.</remarks>
    public Dictionary<string, string> LogLevel { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<string> Faults() =>
        LogLevel
            .Where(level => !Levels.Contains(level.Value, StringComparer.OrdinalIgnoreCase))
            .Select(level => $"logging.logLevel.{level.Key} is '{level.Value}'; use {string.Join(", ", Levels)}.");

    private static string[] Levels { get; } = Enum.GetNames<LogLevel>();
}

/// <summary>Structured logs on standard output, one JSON object a line, for journald and log shippers.</summary>
public static class ConsoleLogging
{
    /// <summary>Replaces whatever was registered. Levels come from the <c>logging</c> section.</summary>
    public static void AddFederatedConsole(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddJsonConsole(json =>
        {
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails is thrown as well, and said in two lines where the process ends.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Grpc", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
    }
}
