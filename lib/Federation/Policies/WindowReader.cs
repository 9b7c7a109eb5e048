using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Documents;

namespace Federated.Federation.Policies;

/// <summary>The policy's section <c>windows</c>.</summary>
internal static class WindowReader
{
    private const int MinutesOfDay = 24 * 60;

    internal static ReleaseWindows Read(DocumentReader section, Func<string, TimeZoneInfo?> zones)
    {
        var name = section.Text("time_zone", expected: "a time zone, such as Europe/Paris, or UTC");
        var zone = Zone(name) ?? (name.Length > 0 ? zones(name) : null);
        if (zone is null)
        {
            section.Fault(
                "time_zone",
                $"'{name}' is no time zone that this machine knows; write one like Europe/Paris (package tzdata), UTC, or an offset like +01:00."
            );
        }

        var before = section.FaultCount;
        var open = section.Sections("open").Select(Window).ToImmutableArray();
        if (open.IsEmpty && section.FaultCount == before)
        {
            section.Fault("open", "no window is open, so that nothing would ever be released; leave windows out if any time will do.");
        }

        section.RefuseUnknownKeys();
        return new ReleaseWindows(name, zone ?? TimeZoneInfo.Utc, open);
    }

    private static ReleaseWindow Window(DocumentReader window)
    {
        var before = window.FaultCount;
        var days = window.Choices("days", ReleaseWindow.DayNames);
        if (days.IsEmpty && window.FaultCount == before)
        {
            window.Fault("days", "name at least one day.");
        }

        var from = Minute(window, "from", MinutesOfDay - 1);
        var to = Minute(window, "to", MinutesOfDay);
        if (from == to && !window.HasFault("from") && !window.HasFault("to"))
        {
            window.Fault("to", "it ends when it begins; write from: \"00:00\" and to: \"24:00\" for whole days.");
        }

        window.RefuseUnknownKeys();
        return new ReleaseWindow(
            [.. days.Distinct().Select(ReleaseWindow.DayOf).OrderBy(day => ((int)day + 6) % 7)],
            from,
            to == 0 ? MinutesOfDay : to
        );
    }

    private static int Minute(DocumentReader window, string key, int most)
    {
        var text = window.Text(key, expected: "a time, such as \"20:00\"");
        var parts = text.Split(':');
        if (
            parts is [{ Length: 2 } hours, { Length: 2 } minutes]
            && int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            && int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && m < 60
            && (h * 60) + m <= most
        )
        {
            return (h * 60) + m;
        }

        window.Fault(key, $"'{text}' is no time of the day; write it like \"20:00\", from 00:00 to {ReleaseWindow.Clock(most)}.");
        return 0;
    }

    /// <summary>UTC, or a fixed distance from it; null for names that a machine has to know.</summary>
    private static TimeZoneInfo? Zone(string name)
    {
        if (name == "UTC")
        {
            return TimeZoneInfo.Utc;
        }

        var isOffset =
            name.Length == 6
            && name[0] is '+' or '-'
            && TimeSpan.TryParseExact(name[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var offset)
            && offset <= TimeSpan.FromHours(14);
        return isOffset ? TimeZoneInfo.CreateCustomTimeZone(name, Offset(name), name, name) : null;
    }

    private static TimeSpan Offset(string name)
    {
        var distance = TimeSpan.ParseExact(name[1..], @"hh\:mm", CultureInfo.InvariantCulture);
        return name[0] == '-' ? -distance : distance;
    }
}
