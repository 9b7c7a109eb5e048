using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Simulation;
using Federated.SecureAggregation.Sites;

namespace Federated.Bench.SecureAggregation;

/// <summary>
/// One whole round in this process and on this thread: real cryptography, real messages, each party's CPU time taken around its own calls. Messages are handled in
/// the order in which a simulated network delivers them.
/// </summary>
internal sealed class SimulatedRound
{
    private readonly BenchConsortium _consortium;
    private readonly SimulatedNetwork _network;
    private readonly AggregatorAttempt _hub;
    private readonly LocalSite[] _sites;
    private readonly PriorityQueue<Action<double>, double> _under = new();
    private readonly Dictionary<SiteName, int> _index;
    private readonly HashSet<int> _dropouts;
    private readonly double[] _clearSum;
    private readonly long[] _integerSum;
    private string _stage;
    private double _stageBegan;

    internal SimulatedRound(BenchConsortium consortium, int dropouts, double latencyMs, double megabits)
    {
        var sites = consortium.Study.Roster.Length;
        _consortium = consortium;
        _network = new SimulatedNetwork(sites, latencyMs, megabits);
        _sites = [.. Enumerable.Range(0, sites).Select(i => new LocalSite(consortium.Parties, i))];
        _index = consortium.Study.Roster.Select((name, index) => (name, index)).ToDictionary();
        _dropouts = [.. Enumerable.Range(0, dropouts).Select(i => i * sites / dropouts)];
        _clearSum = new double[consortium.Study.Dimension];
        _integerSum = new long[consortium.Study.Dimension];
        Up = new long[sites];
        Down = new long[sites];
        SiteCpu = new Dictionary<string, double>[sites];
        for (var i = 0; i < sites; i++)
        {
            SiteCpu[i] = [];
        }

        var terms = new AttemptTerms(consortium.Study, new RoundNumber(1), new AttemptNumber(1), default, default);
        var began = ThreadCpu.Now;
        _hub = new AggregatorAttempt(terms, consortium.Parties.Hub, consortium.Study.Roster, TimeSpan.FromMinutes(1));
        _stage = _hub.Stage;
        HubCpu[_stage] = ThreadCpu.Now - began;
    }

    /// <summary>Bytes that each site sent.</summary>
    internal long[] Up { get; }

    /// <summary>Bytes that each site got, the sum too.</summary>
    internal long[] Down { get; }

    /// <summary>CPU milliseconds of each site, by phase.</summary>
    internal Dictionary<string, double>[] SiteCpu { get; }

    /// <summary>CPU milliseconds of the aggregator, by phase.</summary>
    internal Dictionary<string, double> HubCpu { get; } = [];

    /// <summary>Milliseconds of the simulated round, by phase.</summary>
    internal Dictionary<string, double> Wall { get; } = [];

    /// <summary>True if the sum is exactly that of the survivors' integers in clear.</summary>
    internal bool IsExact { get; private set; }

    /// <summary>Largest difference between the decoded sum and the sum of the floating-point inputs.</summary>
    internal double MaxError { get; private set; }

    /// <summary>Runs the round to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal void Run(CancellationToken cancellationToken)
    {
        HubDo(0, () => _hub.Begin());
        while (!_hub.IsOver)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_under.TryDequeue(out var deliver, out var arrival))
            {
                deliver(arrival);
            }
            else
            {
                HubDo(_network.Now, () => _hub.CloseStage()); // whoever has not answered is not coming
            }
        }

        while (_under.TryDequeue(out var late, out var arrival))
        {
            late(arrival); // shares that were not needed any more
        }
    }

    private void HubDo(double arrival, Func<IEnumerable<AggregatorStep>> work)
    {
        var began = ThreadCpu.Now;
        var steps = work().ToList();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] is AggregatorStep.Fix)
            {
                steps.AddRange(_hub.Announce());
            }
        }

        var cpu = ThreadCpu.Now - began;
        HubCpu[_stage] = HubCpu.GetValueOrDefault(_stage) + cpu;
        _network.HubWorked(arrival, cpu);
        if (_hub.Stage != _stage)
        {
            Wall[_stage] = _network.Hub - _stageBegan;
            (_stage, _stageBegan) = (_hub.Stage, _network.Hub);
        }

        foreach (var step in steps)
        {
            Carry(step);
        }
    }

    private void Carry(AggregatorStep step)
    {
        switch (step)
        {
            case AggregatorStep.Tell tell:
                Tell(_index[tell.Site], tell.Message);
                break;
            case AggregatorStep.Sum sum:
                Compare(sum);
                break;
            case AggregatorStep.Fail fail:
                throw new InvalidOperationException($"The round failed, {fail.Stage}: {fail.Reason}");
            case AggregatorStep.Refused refused:
                throw new InvalidOperationException($"{refused.Site} was refused: {refused.Refusal.Reason}");
        }
    }

    private void Tell(int site, SignedMessage message)
    {
        Down[site] += BytesOf(message);
        var arrival = _network.Down(site, BytesOf(message));
        _under.Enqueue(at => Hear(site, message, at), arrival);
    }

    private void Hear(int site, SignedMessage message, double arrival)
    {
        if (message.Type == MessageType.ShareSet && _dropouts.Contains(site))
        {
            return; // it shared, and dies before its input: the costliest moment for everybody else
        }

        var input = message.Type == MessageType.ShareSet ? NewInput() : null;
        var phase = PhaseOf(message.Type);
        var began = ThreadCpu.Now;
        var step = _sites[site].Answer(message, () => input!);
        var cpu = ThreadCpu.Now - began;
        SiteCpu[site][phase] = SiteCpu[site].GetValueOrDefault(phase) + cpu;
        _network.SiteWorked(site, arrival, cpu);
        switch (step)
        {
            case SiteStep.Say say:
                Up[site] += BytesOf(say.Message);
                _under.Enqueue(
                    at => HubDo(at, () => _hub.Receive(_consortium.Study.Roster[site], say.Message)),
                    _network.Up(site, BytesOf(say.Message))
                );
                break;
            case SiteStep.Send send:
                Send(site, send.Input);
                break;
            case SiteStep.Leave leave:
                throw new InvalidOperationException($"Site {site} left: {leave.Refusal.Reason}");
        }
    }

    private void Send(int site, MaskedInput input)
    {
        var bytes = BytesOf(input.Header) + input.Bytes.Length;
        Up[site] += bytes;
        var arrival = _network.Up(site, bytes);
        // Handled here and not when it arrives, so that no hundred inputs are in memory at once; the hub's clock is what the arrival says.
        HubDo(
            arrival,
            () =>
            {
                var digest = MaskedInputHeader.DigestOf(input.Bytes.Span); // chunk by chunk in the product, as they come
                var steps = _hub.Take(_consortium.Study.Roster[site], input.Header, input.Bytes.Span, digest, out var receipt);
                return receipt is null ? steps : [.. steps, new AggregatorStep.Tell(_consortium.Study.Roster[site], receipt)];
            }
        );
    }

    /// <summary>An input within the plan's bound; it is in the two sums in clear.</summary>
    private int[] NewInput()
    {
        var lanes = new int[_consortium.Study.Dimension];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(lanes.AsSpan()));
        var values = new double[lanes.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = lanes[i] * (_consortium.Grid.Bound / -(double)int.MinValue); // anywhere within the bound, on no grid
            _clearSum[i] += values[i];
        }

        _consortium.Grid.Encode(values, lanes);
        for (var i = 0; i < lanes.Length; i++)
        {
            _integerSum[i] += lanes[i];
        }

        return lanes;
    }

    private void Compare(AggregatorStep.Sum sum)
    {
        IsExact = sum.Lanes.Span.SequenceEqual(_integerSum);
        var decoded = new double[_clearSum.Length];
        _consortium.Grid.Decode(sum.Lanes.Span, decoded);
        for (var i = 0; i < decoded.Length; i++)
        {
            MaxError = Math.Max(MaxError, Math.Abs(decoded[i] - _clearSum[i]));
        }

        for (var i = 0; i < Down.Length; i++)
        {
            Down[i] += (long)_consortium.Study.Dimension * Lanes.SumBytes;
        }
    }

    private static long BytesOf(SignedMessage message) => message.Body.Length + message.Signature.Length + message.Attachment.Length;

    private static string PhaseOf(MessageType type) =>
        type switch
        {
            MessageType.Invitation => "keys",
            MessageType.CohortKeys => "shares",
            MessageType.ShareSet => "inputs",
            MessageType.SurvivorSet or MessageType.InputReceipt => "survivors",
            _ => "unmasking",
        };
}
