#!/usr/bin/env python3
"""Makes the fixture files of this folder again, with the answers of a real PostgreSQL 15.

SCALE=10 OUT=/tmp/values makes ten times the usual random cases elsewhere, for a thorough check.

usage: generate.py <psql arguments ...>     for instance: generate.py -h /tmp/pg -p 54987 -U postgres

Each line of a file is: operation, arguments, PostgreSQL's answer as text (tab-separated); an answer that is an
error reads "ERROR <sqlstate> <message>[ DETAIL <detail>]", and NULL reads "<null>". The session's time zone is UTC.
"""
import os
import random
import subprocess
import sys

SCALE = float(os.environ.get("SCALE", "0.5"))
OUT = os.environ.get("OUT", "")
HERE = os.path.dirname(os.path.abspath(__file__))
TRY = """
create or replace function pg_temp.try(e text) returns text language plpgsql as $f$
declare r text; d text;
begin
  execute 'select (' || e || ')::text' into r; return coalesce(r, '<null>');
exception when others then
  get stacked diagnostics d = pg_exception_detail;
  return 'ERROR ' || sqlstate || ' ' || sqlerrm || case when d <> '' then ' DETAIL ' || d else '' end;
end $f$;
set timezone = 'UTC'; set intervalstyle = 'postgres'; set datestyle = 'ISO, MDY';
"""


def times(count):
    """As many random cases as the scale asks for."""
    return range(int(count * SCALE))


def lit(text):
    return "'" + text.replace("'", "''") + "'"


def write(name, cases):
    """cases: (operation, arguments, SQL expression)"""
    seen, unique = set(), []
    for case in cases:
        key = (case[0], tuple(case[1]))
        if key not in seen and not any("\t" in a or "\n" in a for a in case[1]):
            seen.add(key)
            unique.append(case)
    script = TRY + "".join("select pg_temp.try($q$%s$q$);\n" % sql for _, _, sql in unique)
    out = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", *sys.argv[1:]], input=script, capture_output=True, text=True, check=True).stdout
    answers = out.splitlines()
    if len(answers) != len(unique):
        sys.exit("%s: %d answers for %d cases" % (name, len(answers), len(unique)))
    with open(os.path.join(OUT or HERE, name + ".tsv"), "w") as file:
        long = 0
        for (op, args, _), answer in zip(unique, answers):
            # A few very long answers are enough.
            long += len(answer) > 150
            if len(answer) > 150 and long > 12:
                continue
            file.write("\t".join([op, *args, answer]) + "\n")


def number(r):
    kind = r.randrange(12)
    sign = r.choice(["", "", "-"])
    if kind < 4:
        return sign + "%d.%0*d" % (r.randrange(10 ** r.randint(1, 6)), 2, r.randrange(100))
    if kind < 6:
        return sign + str(r.randrange(10 ** r.randint(1, 19)))
    if kind < 8:
        places = r.randint(1, 12)
        return sign + "%d.%0*d" % (r.randrange(10 ** r.randint(1, 9)), places, r.randrange(10 ** places))
    if kind == 8:
        return sign + "0." + "0" * r.randint(0, 12) + str(r.randrange(1, 10 ** r.randint(1, 8)))
    if kind == 9:
        return sign + str(r.randrange(1, 100)) + "0" * r.randint(1, 25)
    if kind == 10:
        places = r.randint(0, 30)
        return sign + str(r.randrange(10 ** r.randint(20, 50))) + ("." + "%0*d" % (places, r.randrange(10 ** places)) if places else "")
    return r.choice(["0", "1", "-1", "0.00", "NaN", "Infinity", "-Infinity", "0.5", "-0.5", "9.99", "10000", "9999", "0.0001"])


def numeric():
    r = random.Random(1)
    n = lambda text: lit(text) + "::numeric"
    for op in ["+", "-", "*", "/", "%"]:
        for _ in times(260 if op == "/" else 120):
            a, b = number(r), number(r)
            yield op, [a, b], "%s %s %s" % (n(a), op, n(b))
    for _ in times(80):
        a, b = number(r), number(r)
        yield "div", [a, b], "div(%s, %s)" % (n(a), n(b))
        yield "cmp", [a, b], "case when %s < %s then '<' when %s = %s then '=' else '>' end" % (n(a), n(b), n(a), n(b))
    for _ in times(150):
        a, p = number(r), r.randint(-6, 8)
        yield "round", [a, str(p)], "round(%s, %d)" % (n(a), p)
        yield "trunc", [a, str(p)], "trunc(%s, %d)" % (n(a), p)
    for op in ["ceil", "floor", "abs", "sign", "trim_scale", "min_scale", "scale", "int8", "int4", "int2", "float8"]:
        for _ in times(50):
            a = number(r)
            yield op, [a], "%s(%s)" % (op, n(a))
    for _ in times(120):
        a = number(r).lstrip("-")
        yield "sqrt", [a], "sqrt(%s)" % n(a)
    for _ in times(150):
        a, e = number(r), r.randint(-12, 25)
        if len(a) < 16:
            yield "power", [a, str(e)], "power(%s, %s)" % (n(a), n(str(e)))
    for _ in times(120):
        a = number(r)
        e = r.choice(["0.5", "1.5", "-0.5", "0.25", "2.50", "0.333333", "3.7", "-1.2", "10.1"])
        if len(a) < 16:
            yield "power", [a, e], "power(%s, %s)" % (n(a), n(e))
            yield "ln", [a], "ln(%s)" % n(a)
            yield "log", [a], "log(%s)" % n(a)
            b = r.choice(["2", "10", "1.01", "0.5", "100.0", "7"])
            yield "logb", [b, a], "log(%s, %s)" % (n(b), n(a))
    for _ in times(120):
        a = "%s%d.%0*d" % (r.choice(["", "-"]), r.randrange(10 ** r.randint(0, 3)), 3, r.randrange(1000))
        yield "exp", [a], "exp(%s)" % n(a)
    for a in ["1.0000000001", "0.9999999", "1.05", "1e100", "1e-100", "123456789.123456789123456789", "1", "1.000"]:
        yield "ln", [a], "ln(%s)" % n(a)
    for _ in times(150):
        a, p = number(r), r.randint(1, 14)
        s = r.randint(-3, 10)
        yield "typmod", [a, str(p), str(s)], "%s::numeric(%d,%d)" % (n(a), p, s)
    for a, p, s in [("1", "0", "0"), ("1", "1001", "2"), ("1", "5", "1001"), ("0", "2", "2"), ("0.99", "2", "2"), ("0.999", "2", "2"), ("0.0099", "2", "4")]:
        yield "typmod", [a, p, s], "%s::numeric(%s,%s)" % (n(a), p, s)
    for text in ["", " ", "1", " 1 ", "+1", "-1", "--1", "1.", ".1", ".", "1e", "1e5", "1E-5", "1e+5", "1.5e3", "1.50e1", "1_000", "1,000", "nan", "NaN", "-NaN",
                 "inf", "-inf", "+Infinity", "infinit", "infinity ", "0x10", "1 2", "1e200000", "1e-20000", "1e131071", "1e131072", "0e200000", "0e-20000",
                 "0e-16383", "1e-16383", "1e-16384", "1e999999999999", "1e1073741823", "1e 5", "1e5 ", "00012.500", "-0", "-0.00", "٣", "1e0", ".5e1",
                 "999999999999999999999999999999999999999", "0.999999999999999999999999999999999999999999", "1e38", "1e37", "- 1"]:
        yield "in", [text], "length(%s::text) || ':' || left(%s::text, 60)" % (n(text), n(text))
    for _ in times(80):
        a = number(r)
        yield "in", [a], "length(%s::text) || ':' || left(%s::text, 60)" % (n(a), n(a))
    for _ in times(250):
        d = r.choice([r.uniform(-1e6, 1e6), r.random(), r.uniform(0, 1) * 10.0 ** r.randint(-30, 30), r.randrange(10 ** 17), round(r.uniform(0, 1000), 2), r.randrange(10**15) + 0.5])
        yield "from_float8", [repr(d)], "%s::float8::numeric" % lit(repr(d))
    for d in ["100000000000000.5", "100000000000001.5", "0.1", "1e22", "1e300", "5e-324", "1.7976931348623157e308", "NaN", "-Infinity", "-0", "123456789012345678"]:
        yield "from_float8", [d], "%s::float8::numeric" % lit(d)


def texts():
    r = random.Random(2)
    for _ in times(250):
        d = r.choice([r.uniform(-1e6, 1e6), r.random(), r.uniform(0, 1) * 10.0 ** r.randint(-40, 40), float(r.randrange(10 ** r.randint(1, 20))), float(r.randrange(2**52, 2**53) * 2 ** r.randint(1, 20)), round(r.uniform(0, 1000), 2)])
        yield "float8", [repr(d)], "%s::float8" % lit(repr(d))
        yield "float4", [repr(d)], "%s::float4" % lit(repr(d))
    for t in ["0", "-0", "1e14", "1e15", "1e16", "123456789012345", "1234567890123456", "0.0001", "0.00001", "1e308", "1e309", "1e-400", "5e-324", "nan", "NaN", "Infinity", "-inf",
              "+inf", "infinit", "", " ", " 1.5 ", "1.5x", "1e", "e5", ".5", "5.", ".", "0x10", "1_0", "1e+05", "999999.5", "1e6", "123456", "1234567", "- 1", "0e0", "0e-999", "1e40", "1e-46", "7.32767294940442e+16", "9007199254740993", "9007199254740992", "2e17", "4.5e19", "18014398509481984", "33554434"]:
        yield "float8", [t], "%s::float8" % lit(t)
        yield "float4", [t], "%s::float4" % lit(t)
    for t in ["t", "T", "true", "TRUE", "tru", "trux", "truex", "y", "yes", "ye", "on", "o", "of", "off", "offf", "n", "no", "f", "fals", "1", "0", "01", "", " ", " true ", "2", "maybe"]:
        yield "bool", [t], "%s::bool" % lit(t)
    ints = ["", " ", "0", "-0", "+5", "--5", "- 5", " 12 ", "12x", "1.5", "1e3", "32767", "32768", "-32768", "-32769", "2147483647", "2147483648", "-2147483648", "-2147483649",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "99999999999999999999999x", "0x1f", "1_000", "abc", "+", "007"]
    for t in ints:
        for type in ["int2", "int4", "int8"]:
            yield type, [t], "%s::%s" % (lit(t), type)
    u = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
    for t in [u, u.lower(), "{" + u + "}", u.replace("-", ""), "{" + u, u + "}", "{}", "", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}",
              "a0e-ebc999c0b4ef8bb6d6bb9bd380a11", u + "0", u[:-1], " " + u, u + " ", u.replace("A", "G"), "a0eebc999c0b4ef8bb6d6bb9bd380a11-", "a0ee--bc999c0b4ef8bb6d6bb9bd380a11"]:
        yield "uuid", [t], "%s::uuid" % lit(t)


ZONES = ["UTC", "Asia/Manila", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca",
         "PST8PDT", "UTC+8", "<+08>-08", "AAA3BBB", "AAA3BBB,J60/1,300/-2:30", "Europe/Dublin", "Pacific/Apia", "America/Santiago"]


def stamp(r, low=1900, high=2100, fraction=True):
    text = "%04d-%02d-%02d %02d:%02d:%02d" % (r.randint(low, high), r.randint(1, 12), r.randint(1, 28), r.randrange(24), r.randrange(60), r.randrange(60))
    if fraction and r.random() < 0.5:
        text += "." + str(r.randrange(1, 10 ** 6)).rjust(6, "0").rstrip("0")
    return text


def in_zone(zone, expression):
    return "(select %s from set_config('TimeZone', %s, true))" % (expression, lit(zone))


def zones():
    r = random.Random(3)
    stamps = lambda: [stamp(r), stamp(r, 2015, 2060), stamp(r, 2015, 2060)]
    for zone in ZONES:
        for t in stamps() + ["2025-03-09 06:59:59", "2025-03-09 07:00:00", "2025-11-02 05:59:59", "2025-11-02 06:00:00", "2037-06-01 00:00:00", "2300-07-01 00:00:00", "1850-01-01 00:00:00"]:
            yield "to_local", [zone, t], "%s::timestamptz at time zone %s" % (lit(t + "+00"), lit(zone))
            yield "out", [zone, t], in_zone(zone, "%s::timestamptz::text" % lit(t + "+00"))
        for t in stamps() + ["2025-03-09 02:30:00", "2025-03-09 02:00:00", "2025-03-09 03:00:00", "2025-11-02 01:30:00", "2025-11-02 01:00:00", "2025-11-02 02:00:00", "2025-03-30 01:30:00",
                             "2025-10-26 01:30:00", "2025-04-06 01:45:00", "2025-10-05 02:15:00", "1990-05-21 00:30:00", "1990-07-28 23:30:00", "2011-12-30 12:00:00", "2500-03-14 02:30:00"]:
            yield "to_utc", [zone, t], "%s::timestamp at time zone %s" % (lit(t), lit(zone))
        if "," not in zone and "AAA" not in zone:
            for t in ["2025-01-15 00:00:00", "2025-07-15 00:00:00", "1942-06-01 00:00:00"]:
                yield "abbreviation", [zone, t], in_zone(zone, "to_char(%s::timestamptz, 'TZ')" % lit(t + "+00"))
    for zone in ["FOO", "FOO3", "foo+3", "8", "+08", "+08:00", "-3:30", "", " UTC", "UTC ", "../../etc/passwd", "Asia/../UTC", "Asia", "asia/manila", "AMERICA/new_york", "est", "pst8pdt", "+168", "+25",
                 "x5", "UTC+14:30:15", "z", "Zulu", "msk", "IST", "now", "utc-3", "gmt+5", "Etc/GMT-8", "posixrules", "zone.tab", "tzdata.zi", "/etc/localtime", "Asia//Manila", "Asia/Manila/", ".", "..", "<+08", "<>8", "A8B,M1.1.1"]:
        yield "to_local", [zone, "2025-07-01 00:00:00"], "%s::timestamptz at time zone %s" % (lit("2025-07-01 00:00:00+00"), lit(zone))
    for zone in ["+08", "8", "-3.5", "+08:00", "UTC+8", "asia/manila", "pht", "Z", "EST", "nowhere", "5.75"]:
        yield "setting", [zone], in_zone(zone, "(timestamptz '2025-07-01 00:00:00+00')::text")


def datetimes():
    r = random.Random(4)
    forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y%m%d %H%M%S", "%Y%m%dT%H%M%S", "%Y-%m-%d", "%d %b %Y %H:%M", "%b %d, %Y", "%B %d %Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%Y/%m/%d",
             "%d-%b-%Y", "%Y.%j", "%a %b %d %H:%M:%S %Y", "%Y-%j", "%d.%m.%Y", "%H:%M:%S %Y-%m-%d", "%b-%d-%y", "%m-%d-%y", "%A, %d %B %Y at %H:%M"]
    import datetime
    suffixes = ["", "", "", "Z", "+08", "-03:30", "+0545", " UTC", " Asia/Manila", " America/New_York", " EST", " PDT", "+05:30:15", " z", " +08", "+8"]
    texts = []
    for _ in times(500):
        d = datetime.datetime(r.randint(1000, 9999), r.randint(1, 12), r.randint(1, 28), r.randrange(24), r.randrange(60), r.randrange(60))
        if r.random() < 0.6:
            d = d.replace(year=r.randint(1960, 2060))
        form = r.choice(forms)
        text = d.strftime(form)
        if form.endswith("%S") and r.random() < 0.5:
            text += "." + str(r.randrange(10 ** r.randint(1, 8)))
        texts.append(text + r.choice(suffixes))
    texts += ["epoch", "infinity", "-infinity", "+infinity", "Infinity", "INF", "x", "", " ", "2025", "2025-02", "2025-02-30", "2025-13-01", "2025-00-10", "2025-01-00", "2025-02-29", "2024-02-29", "1900-02-29",
              "2025-01-01 24:00", "2025-01-01 24:00:01", "2025-01-01 25:00", "2025-01-01 10:60", "2025-01-01 10:59:60", "2025-01-01 10:59:61", "2025-01-01 23:59:60", "2025-01-01 10:59:59.9999999",
              "2025-01-01 23:59:59.9999999", "0000-01-01", "0001-01-01", "0001-01-01 BC", "44-03-15 BC", "4714-11-24 BC", "4714-11-23 BC", "4713-01-01 BC", "10000-01-01", "99999-12-31", "200000-01-01 10:00", "294246-12-31 23:59:59", "294277-01-01",
              "5874897-12-31", "5874898-01-01", "999999999-01-01", "2025-01-01 10:00+15:59", "2025-01-01 10:00+16", "2025-01-01 10:00-15:59:59", "2025-01-01 10:00+08:60", "2025-01-01 10:00 Foo/Bar", "2025-01-01 10:00 foo",
              "2025-01-01 10:00 PM", "2025-01-01 12:00 AM", "2025-01-01 13:00 PM", "2025-01-01 12:30 pm", "2025-01-01 13:00 AM", "2025-01-01T10:00:00Z", "2025-01-01t10:00:00z", "2025-01-01T10", "2025-01-01 10", "2025-01-01 1030", "2025-01-01 103045",
              "2025-01-01 1:2:3", "2025-1-1", "25-1-1", "1/2/03", "13/2/03", "Jan 1 2025", "1 Jan 2025", "2025 Jan 1", "January 32 2025", "Jan 2025", "20250101", "250101", "20250101T101112.5", "20250101 1011", "J2451187", "J2451187.5", "2025.001", "2025-001",
              "2025-366", "2024-366", "Mon Jan 1 2025", "Monday 2025-01-01", "Mon Tue 2025-01-01", "2025-01-01 10:00 UTC UTC", "2025-01-01 2025-01-02", "10:00 11:00 2025-01-01", "2025-01-01 10:00:00.", "2025-01-01 10:00.5", "2025-01-01 :10",
              "2025-01-01  10:00", "  2025-01-01", "2025-01-01  ", "2025-01-01, 10:00", "2025-01-01 10:00:00 +08:00", "2025-01-01 10:00:00+ 08", "2025--01-01", "2025-01-01T", "T10:00", "2025-01-01 allballs", "2025-01-01 at 10:00", "2025-01-01 10:00 America/New_York",
              "2025-07-01 10:00 America/New_York", "2025-03-09 02:30 America/New_York", "2025-11-02 01:30 America/New_York", "2025-01-01 10:00 PST8PDT", "2025-01-01 10:00 UTC+8", "2025-01-01 10:00 GMT", "2025-01-01 10:00:00.123456789 UTC", "٢٠٢٥-01-01", "2025-01-01 10:00:00\\n",
              "1e5", "-1", "+5", "2025-01-01 ad", "2025-01-01 bc", "2025-01-01 10:00:00 pm bc", "now now", "2025-Jan-01", "Jan-01-2025", "01-Jan-25", "99-01-08", "1999-Jan-08", "Sept 5 2025", "5 Sep 25", "2025/1/1 5:06", "'2025'", "2025_01_01", "2025-01-01 10:00:00,5",
              "1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.5+00", "0099-01-01", "100-01-01", "2025-01-01 10:00:00.0000001", "2025-01-01 10:00:00.5000005", "2025-01-01 10:00:00.0000015", "04:05:06", "040506", "0405", "04:05 PM", "04:05:06.789-8", "04:05:06+08:00", "040506-08", "24:00:00", "24:00:00.1", "23:59:60", "12:00 am", "00:00", "4:5", "2025-01-01 04:05:06", "04:05:06 PST", "04:05:06 America/New_York", "2025-01-01 04:05:06 America/New_York", "T04:05", "10", "10:00 Monday"]
    for t in texts:
        for type in ["timestamptz", "timestamp", "date", "time"]:
            if type in ("timestamptz", "timestamp") or r.random() < 0.45 or len(t) < 12:
                yield type, [t], "%s::%s" % (lit(t), type)
    for _ in times(60):
        t = stamp(r)
        z = r.choice(ZONES)
        yield "timestamptz_in", [z, t], "(select %s::text::timestamptz at time zone 'UTC' from set_config('TimeZone', %s, true))" % (lit(t), lit(z))


def span(r):
    fields = []
    if r.random() < 0.4:
        fields.append("%d mons" % r.randint(-40, 40))
    if r.random() < 0.6:
        fields.append("%d days" % r.randint(-70, 70))
    if r.random() < 0.7 or not fields:
        fields.append("%s%02d:%02d:%02d%s" % (r.choice(["", "-"]), r.randint(0, 60), r.randrange(60), r.randrange(60), r.choice(["", ".5", ".123456"])))
    return " ".join(fields)


def intervals():
    r = random.Random(5)
    iv = lambda t: lit(t) + "::interval"
    units = ["year", "years", "yr", "y", "mon", "mons", "month", "months", "week", "weeks", "w", "day", "days", "d", "hour", "hours", "h", "hr", "minute", "min", "mins", "m", "second", "sec", "secs", "s", "ms", "milliseconds", "us",
             "microseconds", "decade", "century", "centuries", "millennium", "c", "quarter", "fortnight", "msecs", "useconds"]
    texts = []
    for _ in times(350):
        parts = []
        for _ in range(r.choice([1, 1, 1, 2, 3])):
            n = r.choice([str(r.randint(-50, 50)), "%.*f" % (r.randint(1, 4), r.uniform(-20, 20)), str(r.randint(0, 400)), "+%d" % r.randint(0, 9)])
            parts.append(n + r.choice([" ", " ", ""]) + r.choice(units))
        if r.random() < 0.3:
            parts.append("%s%d:%02d%s" % (r.choice(["", "-", "+"]), r.randint(0, 40), r.randint(0, 62), r.choice(["", ":%02d" % r.randint(0, 61), ":%02d.%d" % (r.randint(0, 59), r.randint(0, 99999)), ".5"])))
        if r.random() < 0.15:
            parts.append("ago")
        texts.append(" ".join(parts))
    texts += ["15 minutes", "1 year 2 mons -3 days 04:05:06.789", "1 day ago", "P1Y2M3DT4H", "P1Y2M3DT4H5M6.5S", "PT36H", "P1W", "P-1Y2M", "P0001-02-03T04:05:06", "P00010203T040506", "P1", "P", "PT", "p1d", "P1D ", "P1.5D", "PT1.5H", "P1.5M", "P1.5Y", "P1DT", "P1H", "PT1D",
              "P1Y1Y", "PT10", "P2025-01", "1-2", "-1-2", "1-12", "+1-2 3 4:05:06", "1-2 3", "1", "1.5", "-1.5", "+5", "1 2", "1 02:03", "1 -02:03", "-1 +02:03", "", " ", "x", "1 x", "day", "1 day day", "1 day 2 days", "1 hour 02:03", "02:03 04:05", "1 day 1 week", "@ 1 day", "@ 1 day ago", "1 day, 2 hours",
              "ago", "1 ago", "1 day ago ago", "1 day -2 hours ago", "infinity", "epoch", "now", "2147483647 days", "2147483648 days", "178956970 years", "178956971 years", "178956970 years 8 mons", "-178956970 years -8 mons", "-2147483648 days ago", "9223372036854775807 us", "9223372036854775808 us", "99999999999 hours",
              "2562047788 hours", "2562047789 hours", "1000000000000 years", "1e3 days", "1.5.5 days", "1..5 days", ".5 days", "5. days", "- 5 days", "--5 days", "1 day;2 hours", "1:2:3", "1:2:3:4", "1:", ":1", "00:00:60", "00:60", "00:00:61", "25:00:00", "00:00:59.9999999", "0.0000005 sec", "0.0000004 s", "1.0000015 s",
              "1 microsecondfoo", "1 mil", "1 mils", "1 timezone", "1 dow", "30 days", "1 mon", "720:00:00", "-1 mons", "0", "0 days", "1 month -30 days", "-00:00:01", "-1 day -00:00:00.5", "1 year -1 mon", "13 mons", "-13 mons", "0.1 mon", "0.01 years", "1.9 decades", "0.5 week", "2.3 weeks", "1 sec 5 ms", "1.5 sec 5 ms", "5 ms 3 us"]
    for t in texts:
        yield "interval", [t], iv(t)
    masks = ["year", "month", "day", "hour", "minute", "second", "year to month", "day to hour", "day to minute", "day to second", "hour to minute", "hour to second", "minute to second"]
    for m in masks:
        for t in ["5", "1.5", "1 02:03:04.56789", "3:04", "1-2", "100 days 25:30:45.6", "-5", "1 year 15 months"]:
            yield "fields", [t, m], "interval %s %s" % (lit(t), m)
    for t in ["1.23456789", "-1.23456", "1:2:3.999999", "0.5"]:
        for p in range(0, 7):
            yield "precision", [t, str(p)], "interval(%d) %s" % (p, lit(t))
    for _ in times(150):
        t = span(r)
        f = r.choice([str(r.randint(-5, 12)), "%.2f" % r.uniform(-3, 3), "0.1", "1.5", "0.333333", "1e5", "3", "7"])
        yield "*", [t, f], "%s * %s::float8" % (iv(t), lit(f))
        yield "/", [t, f], "%s / %s::float8" % (iv(t), lit(f))
    for t, f in [("1 day", "0"), ("1 day", "NaN"), ("2000000000 days", "3"), ("1 day", "Infinity"), ("-178956970 years -8 mons", "-1"), ("100000000:00", "1e9")]:
        yield "*", [t, f], "%s * %s::float8" % (iv(t), lit(f))
        yield "/", [t, f], "%s / %s::float8" % (iv(t), lit(f))
    for _ in times(120):
        a, b = span(r), span(r)
        yield "+", [a, b], "%s + %s" % (iv(a), iv(b))
        yield "-", [a, b], "%s - %s" % (iv(a), iv(b))
        yield "cmp", [a, b], "case when %s < %s then '<' when %s = %s then '=' else '>' end" % (iv(a), iv(b), iv(a), iv(b))
        yield "justify_hours", [a], "justify_hours(%s)" % iv(a)
        yield "justify_days", [a], "justify_days(%s)" % iv(a)
        yield "justify_interval", [a], "justify_interval(%s)" % iv(a)
        yield "negate", [a], "- %s" % iv(a)
    for a, b in [("1 mon", "30 days"), ("1 day", "24:00"), ("1 year", "360 days"), ("1 year", "365 days"), ("2147483647 days", "1 day"), ("-2147483648 days", "-1 day")]:
        yield "+", [a, b], "%s + %s" % (iv(a), iv(b))
        yield "cmp", [a, b], "case when %s < %s then '<' when %s = %s then '=' else '>' end" % (iv(a), iv(b), iv(a), iv(b))
    for _ in times(120):
        a, b = stamp(r, 1950, 2050), stamp(r, 1950, 2050)
        yield "between", [a, b], "%s::timestamp - %s::timestamp" % (lit(b), lit(a))
        yield "age", [a, b], "age(%s::timestamp, %s::timestamp)" % (lit(b), lit(a))
    for a, b in [("2025-01-31", "2025-03-01"), ("2025-03-01", "2025-01-31"), ("2024-02-29", "2025-02-28"), ("1957-06-13", "2001-04-10")]:
        yield "age", [a, b], "age(%s::timestamp, %s::timestamp)" % (lit(b), lit(a))
        yield "between", [a, b], "%s::timestamp - %s::timestamp" % (lit(b), lit(a))
    for _ in times(150):
        t, i = stamp(r, 1950, 2050), span(r)
        if r.random() < 0.4:
            t = "%d-%02d-%02d 01:30:00" % (r.randint(2020, 2030), r.choice([1, 3, 5, 8, 10, 12]), r.choice([29, 30, 31]))
            i = "%d mons" % r.randint(-30, 30)
        yield "add_local", [t, i], "%s::timestamp + %s" % (lit(t), iv(i))
        z = r.choice(ZONES[1:9])
        yield "add_instant", [z, t, i], "(select (%s::timestamptz + %s) at time zone 'UTC' from set_config('TimeZone', %s, true))" % (lit(t + "+00"), iv(i), lit(z))
    for t, i in [("infinity", "1 day"), ("-infinity", "1 mon"), ("4713-01-01 BC", "-2 years"), ("2024-02-29", "1 year"), ("2025-01-31", "1 mon 1 day")]:
        yield "add_local", [t, i], "%s::timestamp + %s" % (lit(t), iv(i))


def fields():
    r = random.Random(6)
    ts = [stamp(r, 1, 3000) for _ in times(9)] + ["2025-08-23 13:47:59.987654", "1969-12-31 23:59:59.5", "2000-01-01 00:00:00", "2001-01-01 00:00:00", "0044-03-15 10:20:30 BC", "0001-06-01 00:00:00 BC", "2020-12-31 23:00:00", "2021-01-03 12:00:00", "infinity", "-infinity"]
    units = ["microseconds", "milliseconds", "second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade", "century", "millennium", "dow", "isodow", "doy", "isoyear", "julian", "epoch", "timezone", "timezone_hour", "timezone_minute", "foo", "MONTH", "secs"]
    for index, t in enumerate(ts):
        for u in units:
            if index > 1 and u in ("timezone", "timezone_hour", "timezone_minute", "foo", "MONTH", "secs") and (index > 8 or u != "timezone_minute"):
                continue
            yield "extract_timestamp", [u, t], "extract(%s from %s::timestamp)" % (u, lit(t))
            z = r.choice(["Asia/Manila", "America/New_York", "Asia/Kolkata", "America/St_Johns"])
            zoned = t.replace(" BC", "+00 BC") if "inf" not in t else t
            zoned = zoned if "inf" in t or "BC" in t else t + "+00"
            if r.random() < 0.6:
                yield "extract_instant", [u, z, zoned], in_zone(z, "extract(%s from %s::timestamptz)" % (u, lit(zoned)))
                if "inf" not in t or u in ("day", "hour", "year"):
                    yield "trunc_instant", [u, z, zoned], in_zone(z, "(date_trunc(%s, %s::timestamptz) at time zone 'UTC')" % (lit(u), lit(zoned)))
            if r.random() < 0.5:
                yield "extract_date", [u, t], "extract(%s from %s::date)" % (u, lit(t))
                if "inf" not in t or u in ("day", "hour", "year"):
                    yield "trunc_timestamp", [u, t], "date_trunc(%s, %s::timestamp)" % (lit(u), lit(t))
    for u in ["hour", "day", "week", "minute"]:
        for t in ["2025-11-02 05:30:00+00", "2025-11-02 06:30:00+00", "2025-11-02 06:59:00+00", "2025-03-09 07:10:00+00", "2025-03-09 23:00:00+00"]:
            yield "trunc_instant", [u, "America/New_York", t], in_zone("America/New_York", "(date_trunc(%s, %s::timestamptz) at time zone 'UTC')" % (lit(u), lit(t)))
    for _ in times(14):
        i = r.choice(["%d years " % r.randint(-3000, 3000), ""]) + span(r)
        for u in units:
            if r.random() < 0.6:
                yield "extract_interval", [u, i], "extract(%s from %s::interval)" % (u, lit(i))
                yield "trunc_interval", [u, i], "date_trunc(%s, %s::interval)" % (lit(u), lit(i))
    for t in ["13:47:59.987654", "00:00:00", "24:00:00"]:
        for u in units:
            yield "extract_time", [u, t], "extract(%s from %s::time)" % (u, lit(t))
    for _ in times(90):
        t, o = stamp(r, 1990, 2040), stamp(r, 1990, 2040)
        s = r.choice(["15 minutes", "30 min", "1 hour", "7 days", "1 day 02:03:04.5", "1 us", "5 minutes", "3 hours"])
        yield "bin", [s, t, o], "date_bin(%s, %s::timestamp, %s::timestamp)" % (lit(s), lit(t), lit(o))
    for s, t, o in [("0 min", "2025-01-01", "2025-01-01"), ("-1 min", "2025-01-01", "2025-01-01"), ("1 mon", "2025-01-01", "2025-01-01"), ("1 min", "infinity", "2025-01-01"), ("1 min", "2025-01-01", "infinity"), ("15 min", "2025-01-01 00:15", "2025-01-01")]:
        yield "bin", [s, t, o], "date_bin(%s, %s::timestamp, %s::timestamp)" % (lit(s), lit(t), lit(o))


AREAS = {"numeric": numeric, "texts": texts, "zones": zones, "datetimes": datetimes, "intervals": intervals, "fields": fields}


if __name__ == "__main__":
    for name, cases in AREAS.items():
        write(name, cases())
