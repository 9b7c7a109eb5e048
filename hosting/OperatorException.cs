namespace Federated.Hosting;

/// <summary>
/// Something an operator must mend: a configuration, a file, a certificate, a port. Caught once, at the top of a process, which prints the
/// message and the hint without a stack trace and exits with <see cref="ExitCode"/>.
/// </summary>
/// <param name="message">What is wrong and where; several faults on several lines.</param>
/// <param name="hint">What to do next, or null where the message says it.</param>
/// <param name="inner">What the world said, if it said something.</param>
public sealed class OperatorException(string message, string? hint = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The process's exit code: 2, as for a wrong command line.</summary>
    public const int ExitCode = 2;

    /// <summary>What to do next.</summary>
    public string? Hint { get; } = hint;
}
