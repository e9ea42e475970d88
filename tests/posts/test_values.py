"""Times, counts and ids as exports and spreadsheets write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from smm_voice.posts.values import (
    day_comes_first,
    id_in_url,
    parse_count,
    parse_id,
    parse_time,
    tomorrow,
)


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


# Times


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018-01-02T03:04:05+02:00", when(2018, 1, 2, 1, 4, 5)),
        ("2018-01-02T03:04:05Z", when(2018, 1, 2, 3, 4, 5)),
        ("2018-01-02T03:04:05.678Z", when(2018, 1, 2, 3, 4, 5, 678000)),
        ("2018-01-02 03:04:05 +0000", when(2018, 1, 2, 3, 4, 5)),
        ("2018-01-02 03:04 +0000", when(2018, 1, 2, 3, 4)),
        ("2018-01-02 03:04:05 UTC", when(2018, 1, 2, 3, 4, 5)),
        ("Tue Jan 02 03:04:05 +0000 2018", when(2018, 1, 2, 3, 4, 5)),
        ("Tue, 02 Jan 2018 03:04:05 +0100", when(2018, 1, 2, 2, 4, 5)),
        (1514862245, when(2018, 1, 2, 3, 4, 5)),
        (1514862245.9, when(2018, 1, 2, 3, 4, 5)),
        ("1514862245", when(2018, 1, 2, 3, 4, 5)),
        (1514862245000, when(2018, 1, 2, 3, 4, 5)),
        ("1514862245678", when(2018, 1, 2, 3, 4, 5, 678000)),
        (999999999, when(2001, 9, 9, 1, 46, 39)),
        (datetime(2018, 1, 2, 4, tzinfo=timezone(timedelta(hours=1))), when(2018, 1, 2, 3)),
    ],
)
def test_times_that_name_their_zone(value, expected):
    assert parse_time(value) == (expected, True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018-01-02", when(2018, 1, 2)),
        ("20180102", when(2018, 1, 2)),
        ("2018-01-02 03:04", when(2018, 1, 2, 3, 4)),
        ("2018/01/02 03:04", when(2018, 1, 2, 3, 4)),
        ("2018-01-02 03:04 PM", when(2018, 1, 2, 15, 4)),
        (" 2018-01-02\t", when(2018, 1, 2)),
        (date(2018, 1, 2), when(2018, 1, 2)),
        (datetime(2018, 1, 2, 3, 4), when(2018, 1, 2, 3, 4)),
        ("01/02/2018", when(2018, 1, 2)),
        ("1/2/2018 3:04", when(2018, 1, 2, 3, 4)),
        ("01/02/2018 03:04:05", when(2018, 1, 2, 3, 4, 5)),
        ("01/02/2018 12:00 AM", when(2018, 1, 2)),
        ("01/02/2018 12:00 pm", when(2018, 1, 2, 12)),
        ("01/02/2018, 3:04 p.m.", when(2018, 1, 2, 15, 4)),
        ("Fri, Jun 5, 2026", when(2026, 6, 5)),
        ("Jun 5, 2026 6:15 PM", when(2026, 6, 5, 18, 15)),
        ("5 June 2026", when(2026, 6, 5)),
        ("2 janvier 2018", when(2018, 1, 2)),
        ("1er août 2018", when(2018, 8, 1)),
        ("ven. 5 juin 2026", when(2026, 6, 5)),
        ("28 févr. 2018 23:55", when(2018, 2, 28, 23, 55)),
        ("5 avril 2024 à 18h15", when(2024, 4, 5, 18, 15)),
        ("3 mars 2021, 09:05", when(2021, 3, 3, 9, 5)),
    ],
)
def test_times_without_a_zone_are_taken_for_utc(value, expected):
    assert parse_time(value) == (expected, False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("05/11/2017", when(2017, 11, 5)),
        ("05.11.2017 16:32", when(2017, 11, 5, 16, 32)),
        ("05-11-2017 16h32", when(2017, 11, 5, 16, 32)),
        ("05/11/2017 à 16:32", when(2017, 11, 5, 16, 32)),
        ("31/12/2017 23:59", when(2017, 12, 31, 23, 59)),
        ("2017-11-05", when(2017, 11, 5)),
        ("5 novembre 2017", when(2017, 11, 5)),
    ],
)
def test_the_day_first(value, expected):
    assert parse_time(value, day_first=True) == (expected, False)


def test_a_zone_is_for_times_that_name_none():
    paris = ZoneInfo("Europe/Paris")
    assert parse_time("2018-07-01 12:00", zone=paris) == (when(2018, 7, 1, 10), True)
    assert parse_time("2018-01-01 12:00", zone=paris) == (when(2018, 1, 1, 11), True)
    assert parse_time("2018-07-01T12:00Z", zone=paris) == (when(2018, 7, 1, 12), True)
    assert parse_time(1514862245, zone=paris) == (when(2018, 1, 2, 3, 4, 5), True)
    # The hour that the clocks leave out, and the one they go through twice.
    assert parse_time("2018-03-25 02:30", zone=paris)[0] == when(2018, 3, 25, 1, 30)
    assert parse_time("2018-10-28 02:30", zone=paris)[0] == when(2018, 10, 28, 0, 30)


@pytest.mark.parametrize(
    "value",
    [
        None, "", " ", "-", "yesterday", "now", "2 days ago", "il y a 3 jours", "12", "13:04",
        "March 2021", "3 mars", "2018", "2018-01", True, False, 0, -1, 1.5, [], {}, [2018], b"2018",
        "0000-01-01", "0001-01-01", "0001-01-01T00:00:00+14:00", "1889-01-01", "2262-04-12",
        "9999-12-31T23:59:59-14:00", "9999999999", 9999999999999, "1e400", 1e400, float("nan"),
        "1" * 400, "x" * 400, "31/02/2018", "13/13/2018", "32/01/2018", "01/02/2018 25:00",
        "01/02/2018 13:00 PM", "01/02/2018 00:30 AM", "5/6/7", "1.78E+17", "١٢٣٤٥٦٧٨٩٠", "Total",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(value):
    with pytest.raises(ValueError):
        parse_time(value)


@pytest.mark.parametrize("value", ["2100-12-31", "1990-01-01"])
def test_the_first_and_the_last_year(value):
    assert parse_time(value)[0].isoformat().startswith(value)


def test_a_refusal_repeats_only_the_beginning_of_a_value():
    with pytest.raises(ValueError) as raised:
        parse_time("words of somebody " * 1000)
    assert len(str(raised.value)) < 100


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], None),
        (["05/06/2018"] * 3, None),
        (["05/06/2018", "25/06/2018"], True),
        (["05/06/2018", "06/25/2018"], False),
        (["25.06.2018 10:00"], True),
        (["06-25-2018"], False),
        ([None, 7, "words", "2018-06-25", datetime(2018, 6, 25)], None),
        (["25/06/2018", "06/25/2018"], True),  # the first that tells
    ],
)
def test_one_date_settles_a_column(dates, expected):
    assert day_comes_first(iter(dates)) is expected


def test_tomorrow_is_a_day_away():
    assert tomorrow(when(2018, 1, 1)) == when(2018, 1, 2)
    assert tomorrow() > datetime.now(UTC)


# Counts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0), (7, 7), ("0", 0), ("007", 7), (12.0, 12), ("12.0", 12), ("12,0", 12),
        ("1,234", 1234), ("1.234", 1234), ("1 234", 1234), ("1\u202f234", 1234), ("1\xa0234", 1234),
        ("1'234", 1234), ("1’234", 1234), ("1,234,567", 1234567), ("1.234.567", 1234567),
        ("1.2K", 1200), ("1,2 k", 1200), ("3M", 3_000_000), ("10k", 10_000), (" 5 ", 5),
    ],
)  # fmt: skip
def test_counts(value, expected):
    assert parse_count(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        None, "", " ", "-", "--", "N/A", "1e5", "1E+05", "12.5", "1,5", 12.7, -5, "-5", "12%",
        "12 likes", True, False, [], {}, [5], float("nan"), float("inf"), 1e400, 10**20, "9" * 400,
        "١٢", "0x10", "=1+1", "1,23,456", b"5",
    ],
)  # fmt: skip
def test_what_is_no_count_is_unknown(value):
    assert parse_count(value) is None


@pytest.mark.parametrize("value", [1.234, 12.125, 100.001])
def test_a_number_has_no_thousands_separators(value):
    assert parse_count(value) is None


# Ids


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("919942245704445953", "919942245704445953"),
        (919942245704445953, "919942245704445953"),
        (" 42 ", "42"),
        (42.0, "42"),
        (2.0**53 - 1, "9007199254740991"),
        ("'919942245704445953", "919942245704445953"),
        ('="919942245704445953"', "919942245704445953"),
        ('"42"', "42"),
        ("111_222", "111_222"),
        ("54971236771_10155000000000001", "54971236771_10155000000000001"),
        ("urn:li:share:7448081445065000000", "urn:li:share:7448081445065000000"),
        ("12e3abc", "12e3abc"),
    ],
)
def test_ids(value, expected):
    assert parse_id(value) == expected


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "''", "1.78E+17", "1,78E+17", "9e17", "-1.5e+10", 1.78e17, 2.0**53, 1.5,
     float("nan"), float("inf"), 1e400],
)  # fmt: skip
def test_rounded_and_missing_ids_name_no_post(value):
    assert parse_id(value) is None


@pytest.mark.parametrize("value", [[], {}, [1], {"a": 1}, True])
def test_what_is_no_id_at_all(value):
    assert parse_id(value) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://twitter.com/NASA/status/919942245704445953", "919942245704445953"),
        ("https://x.com/a/status/1775000000000000000?s=20", "1775000000000000000"),
        ("https://www.instagram.com/p/CabcDEF123/", "CabcDEF123"),
        ("https://www.instagram.com/reel/DAbc_1-3/", "DAbc_1-3"),
        ("https://www.facebook.com/a/posts/pfbid02abc", "pfbid02abc"),
        ("https://www.facebook.com/a/videos/113553271/", "113553271"),
        ("https://www.tiktok.com/@a/video/7350000000000000000", "7350000000000000000"),
        ("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7448081445065", "7448081445065"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:7448081445065", "7448081445065"),
        ("https://www.facebook.com/111/posts/222", None),
        ("https://example.org/", None),
        ("", None), (None, None), (7, None), ([], None),
    ],
)  # fmt: skip
def test_ids_in_addresses(url, expected):
    assert id_in_url(url) == expected
