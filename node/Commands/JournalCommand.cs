using System.CommandLine;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Plans;

namespace Federated.Node.Commands;

/// <summary><c>fed-node journal advance</c>: the operator's way out after this node was restored from an older backup.</summary>
internal static class JournalCommand
{
    internal static Command Create()
    {
        var journal = new Command("journal", "What this site did, as it stands on disk.") { Advance() };
        return journal;
    }

    private static Command Advance()
    {
        var plan = CommandOptions.Plan();
        var upTo = new Option<string?>("--up-to")
        {
            Description = "The last attempt that was sent, as the command without this option names it: you have read what it means.",
            HelpName = "ROUND.ATTEMPT",
        };
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "advance",
            "After a restore from an older backup: agree that what the coordinator says it received from this site was sent."
        )
        {
            plan,
            upTo,
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var hash = CommandOptions.Store(setup).Find(parsed.GetRequiredValue(plan));
            var known = CommandOptions.History(setup).Of(hash).Last;
            var said = Said(setup, hash);
            if (said <= known)
            {
                // The daemon takes up a higher attempt only, and the journal refuses a lower one: asked here so that it can be answered.
                throw new OperatorException(
                    $"There is nothing to advance: the coordinator speaks of {said}, the journal of {known}.",
                    "fed-node status shows how the study stands"
                );
            }

            var agreed = parsed.GetValue(upTo) is not null;
            if (parsed.GetValue(upTo) is { } text)
            {
                if (text != TextOf(said))
                {
                    throw new OperatorException(
                        $"--up-to {text} is not what the coordinator last said, which is {TextOf(said)}.",
                        $"run it without --up-to, read what it says, then: fed-node journal advance {hash.Abbreviated} --up-to {TextOf(said)} --config FILE"
                    );
                }

                new OperatorNotes(setup.State).Write(new AdvanceRequest(hash, said, CommandOptions.Who));
            }

            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            plan = hash.ToString(),
                            journal_round = known.Round.Value,
                            journal_attempt = known.Number.Value,
                            coordinator_round = said.Round.Value,
                            coordinator_attempt = said.Number.Value,
                            advanced = agreed,
                        }
                    )
                    : string.Join('\n', Lines(hash, known, said, agreed, setup))
            );
            return agreed ? 0 : Entry.FailureExitCode;
        });
        return command;
    }

    private static IEnumerable<string> Lines(Digest plan, Attempt known, Attempt said, bool agreed, NodeSetup setup)
    {
        yield return $"Study {plan.Abbreviated}: the coordinator has a vector of this site for {said}; this node's journal ends with {known}.";
        yield return "That is so when the state folder was restored from an older backup. Then a newer state folder, if you still have one, is better.";
        yield return "It could also mean that another machine holds this site's key. If you restored nothing, stop here and call the consortium.";
        yield return $"Advancing writes into the journal that everything up to {said} was sent: none of it is ever answered again, and the study goes on after it.";
        yield return agreed
            ? $"agreed by {CommandOptions.Who}; {CommandOptions.WhenTakenUp(setup.State)}"
            : $"nothing was changed; to agree: fed-node journal advance {plan.Abbreviated} --up-to {TextOf(said)} --config FILE";
    }

    /// <summary>An attempt as the option takes it.</summary>
    private static string TextOf(Attempt attempt) => $"{attempt.Round}.{attempt.Number}";

    /// <summary>What the coordinator last said it has of this site, by the daemon's own word that the journal is behind it.</summary>
    private static Attempt Said(NodeSetup setup, Digest plan)
    {
        var study = StatusReport.Read(setup.State)?.Studies.FirstOrDefault(study => study.Plan == plan.ToString());
        return study switch
        {
            null => throw new OperatorException(
                $"The coordinator has not yet said what it knows of plan {plan.Abbreviated}.",
                "start the daemon, wait until fed-node status shows it connected, then try again"
            ),
            { Standing: "JOURNAL_BEHIND" } => new Attempt(
                new RoundNumber(study.CoordinatorsLastRound),
                new AttemptNumber(study.CoordinatorsLastAttempt)
            ),
            _ => throw new OperatorException(
                $"There is nothing to advance: plan {plan.Abbreviated} stands as {ForeignText.Clean(study.Standing)}, not as JOURNAL_BEHIND.",
                "fed-node status shows how the study stands"
            ),
        };
    }
}
