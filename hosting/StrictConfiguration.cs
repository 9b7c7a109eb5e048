using System.Reflection;
using Federated.Federation.Documents;
using Microsoft.Extensions.Configuration;

namespace Federated.Hosting;

/// <summary>Options that can say everything that is wrong with them.</summary>
public interface ICheckedOptions
{
    /// <summary>Every fault, so that an operator mends the file once.</summary>
    IEnumerable<string> Faults();
}

/// <summary>
/// Configuration from a JSON file, then environment variables (<c>FEDERATED__SECTION__KEY</c>), then <c>--section:key value</c> on the command line;
/// the later wins. An unknown key in the file or on the command line is a fault.
/// </summary>
public static class StrictConfiguration
{
    /// <summary>Prefix of environment variables that are read.</summary>
    public const string EnvironmentPrefix = "FEDERATED__";

    /// <summary>Reads the three sources. Comments and trailing commas are allowed in the file.</summary>
    /// <exception cref="OperatorException">The file is missing, not ours to read or no JSON; or an argument is no setting.</exception>
    public static IConfigurationRoot Read(string file, IReadOnlyList<string> arguments)
    {
        if (!File.Exists(file))
        {
            throw new OperatorException($"Configuration file {file} does not exist.", "give its path with --config FILE");
        }

        var settings = Arguments.Settings(arguments);
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .AddInMemoryCollection(settings)
                .Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new OperatorException(
                $"Configuration file {file} cannot be read: {e.InnerException?.Message ?? e.Message}",
                "it must be JSON",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Configuration file {file} cannot be opened: {e.Message}", "check the file's permissions", e);
        }
    }

    /// <summary>Binds one section and checks it whole.</summary>
    /// <param name="configuration">What <see cref="Read"/> returned.</param>
    /// <param name="section">Its name, such as <c>node</c>.</param>
    /// <param name="file">For messages.</param>
    /// <exception cref="OperatorException">Unknown keys, values of a wrong type, or faults that the options name; all at once.</exception>
    public static T Bind<T>(IConfiguration configuration, string section, string file)
        where T : class, ICheckedOptions, new()
    {
        var faults = UnknownKeys(configuration.GetSection(section), typeof(T), section).ToList();
        var options = new T();
        try
        {
            configuration.GetSection(section).Bind(options);
            faults.AddRange(options.Faults());
        }
        catch (InvalidOperationException e)
        {
            faults.Add(e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message);
        }

        return faults.Count == 0
            ? options
            : throw new OperatorException(
                $"Configuration file {file} is wrong:\n{string.Join("\n", faults.Select(fault => $"  {fault}"))}"
            );
    }

    /// <summary>Faults for top-level sections that no part of the process reads.</summary>
    public static IEnumerable<string> UnknownSections(IConfiguration configuration, params IReadOnlyCollection<string> known) =>
        configuration
            .GetChildren()
            .Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Key}: unknown section; {NearestName.Hint(child.Key, known)}");

    private static IEnumerable<string> UnknownKeys(IConfigurationSection section, Type type, string path)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).ToList();
        var names = properties.Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).ToList();
        foreach (var child in section.GetChildren())
        {
            var property = properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                yield return $"{path}.{child.Key}: unknown key; {NearestName.Hint(child.Key, names)}";
            }
            else if (
                property.PropertyType.Assembly == type.Assembly
                || property.PropertyType.Assembly == typeof(StrictConfiguration).Assembly
            )
            {
                foreach (var fault in property.PropertyType.IsEnum ? [] : UnknownKeys(child, property.PropertyType, $"{path}.{child.Key}"))
                {
                    yield return fault;
                }
            }
        }
    }
}
