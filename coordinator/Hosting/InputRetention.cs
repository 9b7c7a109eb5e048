namespace Federated.Coordinator.Hosting;

/// <summary>
/// The <c>coordinator.inputs</c> part of the configuration: masked inputs are kept so that auditors can compute sums again, and deleted by these numbers. They open no single
/// site's input to whoever has no more than the coordinator and at most c sites know.
/// </summary>
internal sealed class InputRetention
{
    private const int Most = 1_000_000;

    /// <summary>Newest rounds of each study whose inputs are kept: 1 keeps each until the next round is committed. 0 keeps none, whoever asks.</summary>
    public int Rounds { get; set; } = 1;

    /// <summary>Most rounds to come of one study that one auditor may ask to have kept. 0 lets nobody ask.</summary>
    public int HeldRounds { get; set; } = 100;

    /// <summary>Days after which inputs are deleted, asked for or not.</summary>
    public int Days { get; set; } = 30;

    /// <summary>MiB of the disk that stay free: where an input would leave less, it is not kept.</summary>
    public int SpareMegabytes { get; set; } = 1024;

    internal IEnumerable<string> Faults()
    {
        (string Name, int Value, int Least)[] numbers =
        [
            ("rounds", Rounds, 0),
            ("heldRounds", HeldRounds, 0),
            ("days", Days, 1),
            ("spareMegabytes", SpareMegabytes, 0),
        ];
        return numbers
            .Where(number => number.Value < number.Least || number.Value > Most)
            .Select(number => $"coordinator.inputs.{number.Name} is {number.Value}; use {number.Least} to {Most}.");
    }
}
