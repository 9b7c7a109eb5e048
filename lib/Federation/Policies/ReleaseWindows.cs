using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Documents;

namespace Federated.Federation.Policies;

/// <summary>Hours of the week.</summary>
/// <param name="Days">Days on which it begins, in order, at least one.</param>
/// <param name="From">Minute of the day from which on it is open, 0 to 1439.</param>
/// <param name="To">Minute of the day from which on it is not, 1 to 1440. Where that is not after <paramref name="From"/>, it is of the next day.</param>
public sealed record ReleaseWindow(ImmutableArray<DayOfWeek> Days, int From, int To)
{
    /// <summary>Days as files write them, from Monday on.</summary>
    public static ImmutableArray<string> DayNames { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    private bool IsOvernight => To <= From;

    /// <summary>True if the window has this minute on a wall clock.</summary>
    internal bool Has(DayOfWeek day, int minute) =>
        IsOvernight
            ? (Days.Contains(day) && minute >= From) || (Days.Contains(Before(day)) && minute < To)
            : Days.Contains(day) && minute >= From && minute < To;

    /// <summary>The day of a name; names that are none have been refused.</summary>
    internal static DayOfWeek DayOf(string name) => (DayOfWeek)((DayNames.IndexOf(name) + 1) % 7);

    /// <summary>As files write it: <c>20:00</c>.</summary>
    internal static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    internal CanonicalJson ToJson() => new CanonicalJson().Add("days", NamesOfDays).Add("from", Clock(From)).Add("to", Clock(To));

    private IEnumerable<string> NamesOfDays => Days.Select(day => DayNames[((int)day + 6) % 7]);

    private static DayOfWeek Before(DayOfWeek day) => (DayOfWeek)(((int)day + 6) % 7);

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(' ', NamesOfDays)} {Clock(From)}-{Clock(To)}";
}

/// <summary>The times at which a site releases anything, by the wall clock of one time zone.</summary>
/// <remarks>
/// The wall clock decides, also on the days on which it is set forward or back: an hour that it leaves out is in no window, and one that it shows twice is in its window twice.
/// </remarks>
public sealed class ReleaseWindows
{
    /// <summary>No week is without a window, and none has a gap that a change of the clock makes longer than this.</summary>
    private const int DaysAhead = 9;

    private readonly TimeZoneInfo _zone;

    /// <param name="zoneName">As the policy writes it.</param>
    /// <param name="zone">What it means on this machine.</param>
    /// <param name="open">At least one window.</param>
    public ReleaseWindows(string zoneName, TimeZoneInfo zone, ImmutableArray<ReleaseWindow> open)
    {
        ArgumentNullException.ThrowIfNull(zone);
        (ZoneName, _zone) = (zoneName, zone);
        Open = [.. open.OrderBy(window => window.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>The time zone's name.</summary>
    public string ZoneName { get; }

    /// <summary>The windows, in an order that does not depend on the file's.</summary>
    public ImmutableArray<ReleaseWindow> Open { get; }

    /// <summary>True if something may be released now.</summary>
    public bool IsOpen(DateTimeOffset now)
    {
        var wall = TimeZoneInfo.ConvertTime(now, _zone);
        return Open.Any(window => window.Has(wall.DayOfWeek, (int)wall.TimeOfDay.TotalMinutes));
    }

    /// <summary>When the next window opens, in UTC; now, where one is open; null where none does in the days ahead.</summary>
    public DateTimeOffset? OpensAt(DateTimeOffset now)
    {
        if (IsOpen(now))
        {
            return now;
        }

        var today = TimeZoneInfo.ConvertTime(now, _zone).Date;
        return Open.SelectMany(window => Enumerable.Range(0, DaysAhead).Select(day => today.AddDays(day).AddMinutes(window.From)))
            .SelectMany(Moments)
            .Where(moment => moment > now && IsOpen(moment))
            .Cast<DateTimeOffset?>()
            .Min();
    }

    /// <summary>The time on this site's wall clock, for messages.</summary>
    public string OnTheWall(DateTimeOffset time) =>
        $"{TimeZoneInfo.ConvertTime(time, _zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} {ZoneName}";

    internal CanonicalJson ToJson() => new CanonicalJson().Add("time_zone", ZoneName).Add("open", Open.Select(window => window.ToJson()));

    /// <summary>The moments at which the wall clock shows this time: two where it shows it twice; the first one after, where it leaves it out.</summary>
    private IEnumerable<DateTimeOffset> Moments(DateTime wall)
    {
        while (_zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(1);
        }

        var offsets = _zone.IsAmbiguousTime(wall) ? _zone.GetAmbiguousTimeOffsets(wall) : [_zone.GetUtcOffset(wall)];
        return offsets.Select(offset => new DateTimeOffset(wall, offset).ToUniversalTime());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Open)} {ZoneName}";
}
