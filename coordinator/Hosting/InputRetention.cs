namespace Federated.Coordinator.Hosting;

/// <summary>
/// The <c>coordinator.inputs</c> part of the configuration: masked inputs are kept so that auditors can compute sums again, and deleted by these numbers. They open no single
/// site's input, with whatever else the coordinator knows.
/// </summary>
internal sealed class InputRetention
{
    private const int Most = 100_000;

    /// <summary>Newest rounds of each study whose inputs are kept: 1 keeps each until the next round is committed. 0 keeps none, whoever asks.</summary>
    public int Rounds { get; set; } = 1;

    /// <summary>Most rounds to come of one study that one auditor may ask to have kept. 0 lets nobody ask.</summary>
    public int HeldRounds { get; set; } = 100;

    /// <summary>Days after which inputs are deleted, asked for or not.</summary>
    public int Days { get; set; } = 30;

    internal IEnumerable<string> Faults()
    {
        (string Name, int Value, int Least)[] numbers = [("rounds", Rounds, 0), ("heldRounds", HeldRounds, 0), ("days", Days, 1)];
        return numbers
            .Where(number => number.Value < number.Least || number.Value > Most)
            .Select(number => $"coordinator.inputs.{number.Name} is {number.Value}; use {number.Least} to {Most}.");
    }
}
