using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>No seed is in the process's memory once an attempt is done or left, and none is ever printed (design section 6.2, number 32).</summary>
[TestClass]
[DoNotParallelize]
public sealed class WipingTests
{
    /// <summary>What a site draws, in order. The third is a nonce, and public.</summary>
    private const int Sigma = 0;
    private const int ChannelKey = 1;
    private const int SelfMask = 3;
    private const int SelfCoefficients = 4;
    private const int MaskCoefficients = 5;

    private static readonly int[] s_seeds = [Sigma, SelfMask, SelfCoefficients, MaskCoefficients];

    [TestMethod]
    [DataRow(MessageType.UnmaskingShares, DisplayName = "done")]
    [DataRow(MessageType.CohortKeys, DisplayName = "left with its keys made")]
    [DataRow(MessageType.ShareSet, DisplayName = "left with its shares dealt")]
    [DataRow(MessageType.SurvivorSet, DisplayName = "left with its input sent")]
    [DataRow(MessageType.AcknowledgementSet, DisplayName = "left with the survivors acknowledged")]
    public void No_seed_is_in_memory_once_an_attempt_is_over(MessageType lie)
    {
        if (!ProcessMemory.IsReadable)
        {
            Assert.Inconclusive("Memory is read from /proc/self/mem.");
        }

        var known = new KnownDraws($"{lie}");
        var rig = new Rig(4, minimum: 3);
        var round = new Round(rig) { Context = site => rig.ContextOf(site, random: known.SourceOf(rig.Names.IndexOf(site))) };
        IReadOnlyCollection<int> during = [];
        round.ChangeUp(
            rig.Names[3],
            MessageType.KeyAdvertisement,
            m =>
            {
                during = known.Found(4, s_seeds);
                return m;
            }
        );
        round.Down = (_, message) => message.Type == lie ? message with { Body = message.Body[..^1] } : message;

        round.Run();
        if (round.Sum is not null)
        {
            round.Aggregator.Opening.Dispose(); // as the coordinator does: it has opened the survivors' self masks; sites keep nothing
        }

        var after = known.Found(4, s_seeds);

        Assert.IsNotEmpty(during, "the search finds nothing even while the seeds are there");
        Assert.IsEmpty(after, string.Join(", ", after.Select(KnownDraws.NameOf)));
        Assert.IsTrue(rig.Names.All(site => round.Site(site)!.IsOver));
        GC.KeepAlive(round);
    }

    [TestMethod]
    public void No_type_that_holds_a_secret_prints_it()
    {
        var known = new KnownDraws("printing");
        var rig = new Rig(4, minimum: 3);
        var printed = new List<string?>();
        using var round = new Round(rig) { Context = site => rig.ContextOf(site, random: known.SourceOf(rig.Names.IndexOf(site))) };
        round.Up = (site, message) =>
        {
            printed.AddRange(
                round.Site(site)?.ToString(),
                $"{message}",
                $"{round.Last.GetValueOrDefault(site)}",
                $"{rig.ContextOf(site)}",
                $"{rig.Signers[site]}"
            );
            return message;
        };
        round.Run();
        using var secret = Secret32.Draw(RandomNumberGenerator.Fill);
        using var mask = new MaskKey(secret.Bytes);
        using var agreed = new AgreedSecrets(2);
        using var held = new HeldShares(2);
        printed.AddRange($"{secret}", $"{mask}", $"{agreed}", $"{held}", $"{rig.Suite.GenerateChannelKey(RandomNumberGenerator.Fill)}");

        var text = string.Join('\n', printed);

        for (var site = 0; site < 4; site++)
        {
            foreach (var draw in s_seeds.Append(ChannelKey))
            {
                var bytes = known.Draw(site, draw, 32);
                Assert.DoesNotContain(Convert.ToHexString(bytes)[..16], text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Convert.ToBase64String(bytes)[..12], text);
                Assert.DoesNotContain(string.Join(", ", bytes[..4]), text);
            }
        }

        Assert.DoesNotContain(Convert.ToHexString(secret.Bytes)[..16], text, StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void A_refusal_names_sites_and_sizes_and_no_bytes()
    {
        foreach (var lie in SiteLies.OfTheCohort.Concat(LaterLies.OfTheShares))
        {
            var rig = new Rig(4, minimum: 3);
            using var round = new Round(rig);
            lie.Tell(rig, round, rig.Names[0]);
            round.Run();

            var reason = round.RefusalOf(rig.Names[0])!.Reason;

            Assert.IsFalse(reason.Split(' ').Any(word => word.Length >= 16 && word.All(Uri.IsHexDigit)), reason);
        }
    }

    /// <summary>Draws that can be made again without being kept: SHA-256 of a name, a site and a number.</summary>
    private sealed class KnownDraws(string name)
    {
        private const int Window = 8; // clamping changes an X25519 key's ends, and the search should find it all the same

        public RandomSource SourceOf(int site)
        {
            var draw = 0;
            return destination => Write(site, draw++, destination);
        }

        public byte[] Draw(int site, int draw, int length)
        {
            var bytes = new byte[length];
            Write(site, draw, bytes);
            return bytes;
        }

        public IReadOnlyCollection<int> Found(int sites, int[] draws) =>
            [
                .. ProcessMemory
                    .Find(sites * draws.Length, (index, needle) => Needle(index / draws.Length, draws[index % draws.Length], needle))
                    .Select(index => (index / draws.Length * 10) + draws[index % draws.Length]),
            ];

        public static string NameOf(int found) =>
            $"draw {found % 10} of site {found / 10} ("
            + (found % 10) switch
            {
                Sigma => "mask root",
                ChannelKey => "channel key",
                SelfMask => "self-mask seed",
                _ => "coefficients",
            }
            + ")";

        private void Needle(int site, int draw, Span<byte> needle)
        {
            Span<byte> bytes = stackalloc byte[32];
            Write(site, draw, bytes);
            bytes.Slice(Window, needle.Length).CopyTo(needle);
            CryptographicOperations.ZeroMemory(bytes);
        }

        private void Write(int site, int draw, Span<byte> destination)
        {
            Span<byte> block = stackalloc byte[32];
            Span<byte> seed = stackalloc byte[64];
            for (var at = 0; at < destination.Length; at += block.Length)
            {
                var length = System.Text.Encoding.UTF8.GetBytes($"{name}/{site}/{draw}/{at}", seed);
                SHA256.HashData(seed[..length], block);
                block[..Math.Min(block.Length, destination.Length - at)].CopyTo(destination[at..]);
            }

            CryptographicOperations.ZeroMemory(block);
        }
    }
}
