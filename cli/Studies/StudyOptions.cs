using System.CommandLine;
using Federated.Hosting;

namespace Federated.Cli.Studies;

/// <summary>How the commands that talk to a coordinator find it, and as whom they come.</summary>
internal sealed class StudyOptions
{
    /// <summary>Stands in for <c>--coordinator</c>.</summary>
    internal const string CoordinatorVariable = "FED_COORDINATOR";

    /// <summary>Stands in for <c>--identity</c>.</summary>
    internal const string IdentityVariable = "FED_IDENTITY";

    private readonly Option<string?> _coordinator = new("--coordinator")
    {
        Description = $"The coordinator's address, such as https://coordinator.example:7443 (default: {CoordinatorVariable}).",
        HelpName = "url",
    };

    private readonly Option<FileInfo?> _identity = new("--identity")
    {
        Description =
            $"Your certificate, NAME.pem; NAME.key, root.pem and, if there is one, revocations.json lie beside it (default: {IdentityVariable}).",
        HelpName = "file",
    };

    /// <summary>Adds both to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Options.Add(_coordinator);
        command.Options.Add(_identity);
    }

    /// <summary>A study's file.</summary>
    internal static Argument<FileInfo> File() => new("file") { Description = "A study, as docs/study.yaml shows it." };

    /// <summary>A study that the coordinator has.</summary>
    internal static Argument<string> Plan() =>
        new("plan")
        {
            Description = "Its plan hash, the first 6 or more digits of it, or the study's name if it is the only one of that name.",
        };

    internal static Option<bool> Json(string description = "Print one JSON object.") => new("--json") { Description = description };

    /// <summary>A client of the coordinator.</summary>
    /// <exception cref="OperatorException">Address or certificate were not given, or cannot be used: all that is wrong.</exception>
    internal StudyClient Connect(ParseResult parsed) => new(Calls(parsed));

    /// <summary>A connection to the coordinator.</summary>
    /// <inheritdoc cref="Connect" path="/exception"/>
    internal CoordinatorCalls Calls(ParseResult parsed)
    {
        var faults = new List<string>();
        var address = Given(parsed.GetValue(_coordinator), "--coordinator URL", CoordinatorVariable, "the coordinator's address", faults);
        var certificate = Given(
            parsed.GetValue(_identity)?.ToString(),
            "--identity FILE",
            IdentityVariable,
            "the certificate to come with",
            faults
        );
        Uri? url = null;
        if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out url) && url.Scheme == Uri.UriSchemeHttps))
        {
            faults.Add($"'{address}' is no address of a coordinator; write it as https://HOST:PORT.");
        }

        return faults.Count == 0
            ? new CoordinatorCalls(url!, FilesOf(Path.GetFullPath(certificate!)))
            : throw new OperatorException(string.Join('\n', faults));
    }

    private static string? Given(string? option, string name, string variable, string what, List<string> faults)
    {
        var value = option ?? Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(value))
        {
            return value;
        }

        faults.Add($"Say {what}: {name}, or the environment variable {variable}.");
        return null;
    }

    private static TlsFiles FilesOf(string certificate)
    {
        string Beside(string name) => Path.Combine(Path.GetDirectoryName(certificate)!, name);
        return new TlsFiles
        {
            Root = Beside(ConsortiumAuthority.RootFile),
            Certificate = certificate,
            Key = Path.ChangeExtension(certificate, ".key"),
            Revocations = System.IO.File.Exists(Beside(Revocations.FileName)) ? Beside(Revocations.FileName) : null,
        };
    }
}
