using System.Globalization;
using Federated.Federation.Policies;

namespace Federated.Federation.Tests.Policies;

/// <summary>When a window is open, by the wall clock: its edges, midnight, the week's end, and the days on which the clock is changed.</summary>
[TestClass]
public sealed class ReleaseWindowsTests
{
    /// <summary>One hour before UTC in winter, two in summer, changed as in the European Union; of this test's own making, whatever the machine knows.</summary>
    private static readonly TimeZoneInfo Central = TimeZoneInfo.CreateCustomTimeZone(
        "Test/Central",
        TimeSpan.FromHours(1),
        "central",
        "winter",
        "summer",
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                new DateTime(2000, 1, 1),
                new DateTime(2100, 12, 31),
                TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)
            ),
        ]
    );

    /// <summary>2030-06-10 is a Monday.</summary>
    [TestMethod]
    [DataRow("2030-06-10 08:59:59.999", false, DisplayName = "just before it opens")]
    [DataRow("2030-06-10 09:00", true, DisplayName = "as it opens")]
    [DataRow("2030-06-10 16:59:59.999", true, DisplayName = "just before it closes")]
    [DataRow("2030-06-10 17:00", false, DisplayName = "as it closes")]
    [DataRow("2030-06-11 12:00", false, DisplayName = "on another day")]
    [DataRow("2030-06-14 22:00", true, DisplayName = "overnight, as it opens on Friday")]
    [DataRow("2030-06-15 00:00", true, DisplayName = "overnight, at midnight")]
    [DataRow("2030-06-15 05:59:59.999", true, DisplayName = "overnight, just before it closes on Saturday")]
    [DataRow("2030-06-15 06:00", false, DisplayName = "overnight, as it closes")]
    [DataRow("2030-06-14 05:00", false, DisplayName = "Friday morning is not Friday's night")]
    [DataRow("2030-06-16 23:59:59.999", true, DisplayName = "a whole day, to its end")]
    [DataRow("2030-06-17 00:00", false, DisplayName = "a whole day, and no longer")]
    public void A_window_is_open_from_its_first_minute_to_before_its_last(string utc, bool isOpen)
    {
        var windows = new ReleaseWindows(
            "UTC",
            TimeZoneInfo.Utc,
            [
                new ReleaseWindow([DayOfWeek.Monday], 9 * 60, 17 * 60),
                new ReleaseWindow([DayOfWeek.Friday], 22 * 60, 6 * 60),
                new ReleaseWindow([DayOfWeek.Sunday], 0, 24 * 60),
            ]
        );

        Assert.AreEqual(isOpen, windows.IsOpen(At(utc)));
    }

    [TestMethod]
    public void Sunday_night_reaches_into_Monday()
    {
        var windows = new ReleaseWindows("UTC", TimeZoneInfo.Utc, [new ReleaseWindow([DayOfWeek.Sunday], 22 * 60, 6 * 60)]);

        Assert.IsTrue(windows.IsOpen(At("2030-06-17 03:00")));
        Assert.IsFalse(windows.IsOpen(At("2030-06-16 03:00")));
    }

    /// <summary>On 2030-03-31 the wall clock goes from 02:00 to 03:00, at 01:00 UTC; on 2030-10-27 it shows 02:00 to 03:00 twice, from 00:00 to 02:00 UTC.</summary>
    [TestMethod]
    [DataRow("2030-03-30 01:30", true, DisplayName = "02:30 on the day before")]
    [DataRow("2030-03-31 00:59", false, DisplayName = "01:59, before the clock is set forward")]
    [DataRow("2030-03-31 01:00", false, DisplayName = "03:00 a minute later: the window's hour was left out")]
    [DataRow("2030-10-27 00:30", true, DisplayName = "02:30 for the first time")]
    [DataRow("2030-10-27 01:30", true, DisplayName = "02:30 for the second time")]
    [DataRow("2030-10-27 02:00", false, DisplayName = "03:00")]
    public void The_wall_clock_decides_on_the_days_on_which_it_is_changed(string utc, bool isOpen)
    {
        var windows = new ReleaseWindows("Test/Central", Central, [new ReleaseWindow([.. Enum.GetValues<DayOfWeek>()], 2 * 60, 3 * 60)]);

        Assert.AreEqual(isOpen, windows.IsOpen(At(utc)));
    }

    [TestMethod]
    [DataRow("20:00-06:00", "2030-03-30 12:00", "2030-03-30 19:00", DisplayName = "in winter, an hour before UTC")]
    [DataRow("20:00-06:00", "2030-03-31 12:00", "2030-03-31 18:00", DisplayName = "in summer, two hours")]
    [DataRow("02:00-03:00", "2030-03-31 00:30", "2030-04-01 00:00", DisplayName = "an hour that the clock leaves out is no opening")]
    [DataRow(
        "02:30-04:00",
        "2030-03-31 00:30",
        "2030-03-31 01:00",
        DisplayName = "what is left of a window after the clock was set forward"
    )]
    [DataRow("02:10-02:20", "2030-10-27 00:30", "2030-10-27 01:10", DisplayName = "the second time of an hour that the clock shows twice")]
    public void The_next_opening_is_found(string hours, string now, string opens)
    {
        var minutes = hours.Split('-').Select(clock => (int)TimeSpan.Parse(clock, CultureInfo.InvariantCulture).TotalMinutes).ToArray();
        var windows = new ReleaseWindows(
            "Test/Central",
            Central,
            [new ReleaseWindow([.. Enum.GetValues<DayOfWeek>()], minutes[0], minutes[1])]
        );

        Assert.AreEqual(At(opens), windows.OpensAt(At(now)));
        Assert.AreEqual(At(opens), windows.OpensAt(At(opens)), "and then it is open");
    }

    /// <summary>Compared with a walk through every minute, over both changes of the clock.</summary>
    [TestMethod]
    public void The_next_opening_is_the_first_open_minute()
    {
        var windows = new ReleaseWindows(
            "Test/Central",
            Central,
            [
                new ReleaseWindow([DayOfWeek.Sunday], (2 * 60) + 15, (3 * 60) + 20),
                new ReleaseWindow([DayOfWeek.Saturday, DayOfWeek.Wednesday], 23 * 60, 2 * 60),
            ]
        );

        foreach (var day in new[] { "2030-03-29 00:00", "2030-10-25 00:00" })
        {
            for (var now = At(day); now < At(day).AddDays(3); now = now.AddMinutes(97))
            {
                var expected = now;
                while (!windows.IsOpen(expected))
                {
                    expected = expected.AddMinutes(1);
                }

                Assert.AreEqual(expected, windows.OpensAt(now), $"{now:O}");
            }
        }
    }

    private static DateTimeOffset At(string utc) =>
        DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
