using Federated.Federation.Documents;
using Federated.Federation.Steps;

namespace Federated.Federation.Plans;

/// <summary>The plan's section <c>server</c>: what everybody does with a sum.</summary>
internal static class ServerSection
{
    private static readonly string[] OfSgd = ["momentum"];
    private static readonly string[] OfAdam = ["beta1", "beta2", "epsilon"];

    /// <summary>Reads it.</summary>
    /// <param name="section">The section.</param>
    /// <param name="mode">The plan's training mode, on which usual values depend.</param>
    /// <param name="rounds">Rounds of the study, or null where they have a fault of their own.</param>
    /// <param name="isDraft">True where what has a usual value may be left out.</param>
    internal static ServerOptimizer Read(DocumentReader section, string mode, int? rounds, bool isDraft)
    {
        var kind = section.Choice("optimizer", ServerOptimizer.Kinds, isDraft ? "sgd" : null);
        ServerOptimizer? server = kind switch
        {
            "sgd" => Sgd(section, mode, isDraft),
            "adam" => Adam(section, isDraft),
            _ => null,
        };
        if (server is null)
        {
            SkipAll(section); // which keys belong there depends on the word that is wrong
            return DefaultStudy.Server(mode);
        }

        server = server with { AverageFrom = section.WholeNumber("average_from", 0, 1_000_000, isDraft ? 0 : null) };
        foreach (var key in (server is ServerOptimizer.Adam ? OfSgd : OfAdam).Where(section.Has))
        {
            section.Fault(key, $"{kind} has no {key}; leave it out, or choose another optimizer.");
        }

        section.RefuseUnknownKeys();
        foreach (var (key, message) in server.Faults())
        {
            section.Fault(key, message);
        }

        if (server.AverageFrom > rounds)
        {
            section.Fault(
                "average_from",
                $"the study ends after round {rounds}, before the first model that would be averaged; set it to {rounds} at most, or to 0 for no mean."
            );
        }

        return server;
    }

    /// <summary>Every key that applies to the kind, and no other.</summary>
    internal static CanonicalJson JsonOf(ServerOptimizer server)
    {
        var json = new CanonicalJson()
            .Add("optimizer", server.Kind)
            .AddDecimal("learning_rate", server.LearningRate)
            .Add("average_from", server.AverageFrom);
        return server switch
        {
            ServerOptimizer.Sgd sgd => json.AddDecimal("momentum", sgd.Momentum),
            ServerOptimizer.Adam adam => json.AddDecimal("beta1", adam.Beta1)
                .AddDecimal("beta2", adam.Beta2)
                .AddDecimal("epsilon", adam.Epsilon),
            _ => throw new ArgumentException($"A plan has no words for {server.Kind}.", nameof(server)),
        };
    }

    private static ServerOptimizer.Sgd Sgd(DocumentReader section, string mode, bool isDraft)
    {
        var usual = DefaultStudy.Server(mode);
        return new ServerOptimizer.Sgd(
            section.Number("learning_rate", isDraft ? usual.LearningRate : null),
            section.Number("momentum", isDraft ? usual.Momentum : null)
        );
    }

    private static ServerOptimizer.Adam Adam(DocumentReader section, bool isDraft)
    {
        var rate = section.Number("learning_rate"); // without a usual value: how far a parameter may move depends on the model and its rounds
        var usual = ServerOptimizer.Adam.Usual(rate);
        return new ServerOptimizer.Adam(
            rate,
            section.Number("beta1", isDraft ? usual.Beta1 : null),
            section.Number("beta2", isDraft ? usual.Beta2 : null),
            section.Number("epsilon", isDraft ? usual.Epsilon : null)
        );
    }

    private static void SkipAll(DocumentReader section)
    {
        foreach (var key in (string[])["learning_rate", "average_from", .. OfSgd, .. OfAdam])
        {
            section.Has(key);
        }

        section.RefuseUnknownKeys();
    }
}
