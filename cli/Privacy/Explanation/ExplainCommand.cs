using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Federated.Cli.Privacy.Planning;
using Federated.Cli.Studies;
using Federated.Federation.Aggregation;

namespace Federated.Cli.Privacy.Explanation;

/// <summary><c>fed privacy explain</c>.</summary>
internal static class ExplainCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    internal static Command Create()
    {
        var file = new Argument<FileInfo?>("file")
        {
            Description = "A study, as docs/study.yaml shows it: its figures stand in for the options.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (epsilon, delta) = (PrivacyOptions.Epsilon().Optional(), PrivacyOptions.Delta().Optional());
        var noise = PrivacyOptions.Noise().Optional();
        var floor = PrivacyOptions.EpsilonFloor();
        var sites = new Option<int?>("--sites") { Description = "Hospitals of the study." }.Within(2, Thresholds.MaxSites);
        var colluders = new Option<int?>("--colluders")
        {
            Description = "Hospitals that may work with the coordinator; a third of the others if left out.",
        }.Within(1, Thresholds.MaxSites);
        var language = LanguageOption.Create();
        var json = PrivacyOptions.Json();
        var command = new Command(
            "explain",
            "What a study's privacy means for a patient, in plain words, and what a patient who objects can have done."
        )
        {
            file,
            epsilon,
            delta,
            noise,
            floor,
            sites,
            colluders,
            language,
            json,
        };
        command.Validators.Add(result =>
        {
            Option[] figures = [epsilon, delta, noise, floor, sites, colluders];
            var isGiven = result.GetResult(file) is { Tokens.Count: > 0 };
            foreach (var twice in figures.Where(option => isGiven && result.GetResult(option) is not null))
            {
                result.AddError($"{twice.Name} stands in the study's file; leave it out, or the file.");
            }

            if (!isGiven && (result.GetResult(epsilon) is null || result.GetResult(delta) is null))
            {
                result.AddError("Nothing to explain: give --epsilon and --delta, or a study's file.");
            }

            if (result.GetResult(colluders) is not null && result.GetResult(sites) is null)
            {
                result.AddError("--colluders says nothing without --sites; add it.");
            }
        });
        command.SetAction(parsed =>
        {
            var figures = parsed.GetValue(file) is { } study
                ? PrivacyFigures.Of(PlanCommand.Releases(StudyFile.ReadValid(study.ToString())))
                : new PrivacyFigures(parsed.GetRequiredValue(epsilon), parsed.GetRequiredValue(delta))
                {
                    Noise = parsed.GetResult(noise) is null ? null : parsed.GetValue(noise),
                    Floor = parsed.GetResult(floor) is null ? null : parsed.GetValue(floor),
                    Consortium = parsed.GetValue(sites) is { } n ? (n, parsed.GetValue(colluders) ?? Thresholds.UsualColluders(n)) : null,
                };
            figures.RequireSensible();
            var text = parsed.GetValue(language) == LanguageOption.InFrench ? French.Explain(figures) : English.Explain(figures);
            Console.WriteLine(parsed.GetValue(json) ? ToJson(figures, text) : text.ToString());
            return 0;
        });
        return command;
    }

    private static string ToJson(PrivacyFigures figures, PlainText text) =>
        JsonSerializer.Serialize(
            new
            {
                language = text.Language,
                epsilon = figures.Epsilon.Value,
                delta = figures.Delta.Value,
                noise_multiplier = figures.Noise?.Value,
                epsilon_floor = figures.Floor?.Value,
                sites = figures.Consortium?.Sites,
                colluders = figures.Consortium?.Colluders,
                belief = new
                {
                    before = 0.5,
                    most = PrivacyFigures.MostBelief(0.5, figures.Epsilon),
                    least = PrivacyFigures.LeastBelief(0.5, figures.Epsilon),
                },
                title = text.Title,
                sections = text.Sections.Select(section => new { heading = section.Heading, paragraphs = section.Paragraphs }),
            },
            Readable
        );
}
