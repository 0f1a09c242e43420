"""Unit words that are safe to read beside a number, in English, and words of currencies."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.english.words import STOP_WORDS
from pytest_finetunebench.grading.languages.value_parts import Units
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_LENGTH = {
    "meter": "m meter meters metre metres",
    "kilometer": "km kms kilometer kilometers kilometre kilometres",
    "centimeter": "cm cms centimeter centimeters centimetre centimetres",
    "millimeter": "mm millimeter millimeters millimetre millimetres",
    "foot": "ft foot feet",
    "inch": "inch inches",
    "yard": "yd yds yard yards",
    "mile": "mi mile miles",
    "micrometer": "μm micron microns micrometer micrometers micrometre micrometres",
    "nanometer": "nm nanometer nanometers nanometre nanometres",
    "decimeter": "dm decimeter decimeters decimetre decimetres",
    "fathom": "fathom fathoms",
    "furlong": "furlong furlongs",
    "parsec": "parsec parsecs",
}
_OTHER = {
    "kilogram": "kg kgs kilo kilos kilogram kilograms",
    "gram": "g gram grams",
    "milligram": "mg mgs milligram milligrams",
    "microgram": "mcg μg ug microgram micrograms",
    "nanogram": "ng nanogram nanograms",
    "picogram": "pg picogram picograms",
    "mole": "mol",
    "millimole": "mmol millimole millimoles",
    "micromole": "μmol umol micromole micromoles",
    "nanomole": "nmol nanomole nanomoles",
    "picomole": "pmol picomole picomoles",
    "milliequivalent": "meq milliequivalent milliequivalents",
    "international_unit": "iu unit units",
    "tablet": "tablet tablets",
    "capsule": "capsule capsules",
    "ampoule": "ampoule ampoules ampule ampules",
    "vial": "vial vials",
    "drop": "drop drops",
    "puff": "puff puffs",
    "sachet": "sachet sachets",
    "suppository": "suppository suppositories",
    "teaspoon": "tsp teaspoon teaspoons",
    "tablespoon": "tbsp tablespoon tablespoons",
    "pound": "lb lbs pound pounds",
    "ounce": "oz ounce ounces",
    "stone": "stone stones",
    "metric_ton": "tonne tonnes",
    "ton": "ton tons",
    "year": "year years yr yrs",
    "month": "month months",
    "week": "week weeks",
    "day": "day days",
    "hour": "h hour hours hr hrs",
    "minute": "minute minutes min mins",
    "second": "second seconds sec secs",
    "decade": "decade decades",
    "fortnight": "fortnight fortnights",
    "millisecond": "ms millisecond milliseconds",
    "microsecond": "μs microsecond microseconds",
    "nanosecond": "ns nanosecond nanoseconds",
    "liter": "l liter liters litre litres",
    "deciliter": "dl deciliter deciliters decilitre decilitres",
    "centiliter": "cl centiliter centiliters centilitre centilitres",
    "milliliter": "ml cc milliliter milliliters millilitre millilitres",
    "microliter": "μl microliter microliters microlitre microlitres",
    "pint": "pint pints",
    "quart": "quart quarts",
    "barrel": "bbl barrel barrels",
    "gallon": "gallon gallons",
    "acre": "acre acres",
    "hectare": "ha hectare hectares",
    "mile/hour": "mph",
    "kilometer/hour": "kph kmh",
    "bit": "bit bits",
    "kilobit": "kbit kilobit kilobits",
    "megabit": "mbit megabit megabits",
    "gigabit": "gbit gigabit gigabits",
    "kilobit/second": "kbps",
    "megabit/second": "mbps",
    "gigabit/second": "gbps",
    "byte": "byte bytes",
    "kilobyte": "kb kilobyte kilobytes",
    "megabyte": "mb megabyte megabytes megs",
    "gigabyte": "gb gigabyte gigabytes gigs",
    "terabyte": "tb terabyte terabytes",
    "petabyte": "pb petabyte petabytes",
    "kibibyte": "kib kibibyte kibibytes",
    "mebibyte": "mib mebibyte mebibytes",
    "gibibyte": "gib gibibyte gibibytes",
    "tebibyte": "tib tebibyte tebibytes",
    "hertz": "hz hertz",
    "kilohertz": "khz",
    "megahertz": "mhz",
    "gigahertz": "ghz",
    "watt": "w watt watts",
    "kilowatt": "kw kilowatt kilowatts",
    "megawatt": "mw megawatt megawatts",
    "gigawatt": "gw gigawatt gigawatts",
    "watt_hour": "wh",
    "kilowatt_hour": "kwh",
    "megawatt_hour": "mwh",
    "gigawatt_hour": "gwh",
    "terawatt_hour": "twh",
    "horsepower": "hp bhp horsepower",
    "joule": "joule joules",
    "kilojoule": "kj kilojoule kilojoules",
    "megajoule": "mj megajoule megajoules",
    "kilocalorie": "kcal kilocalorie kilocalories calorie calories",
    "volt": "v volt volts",
    "kilovolt": "kv kilovolt kilovolts",
    "millivolt": "mv millivolt millivolts",
    "microvolt": "μv microvolt microvolts",
    "ampere": "amp amps ampere amperes",
    "milliampere": "ma milliamp milliamps milliampere milliamperes",
    "microampere": "μa microamp microamps microampere microamperes",
    "ampere_hour": "ah",
    "milliampere_hour": "mah",
    "ohm": "ohm ohms ω",
    "kiloohm": "kω kohm kiloohm kiloohms kilohm kilohms",
    "megaohm": "mω megaohm megaohms megohm megohms",
    "farad": "farad farads",
    "microfarad": "μf microfarad microfarads",
    "nanofarad": "nf nanofarad nanofarads",
    "picofarad": "pf picofarad picofarads",
    "lumen": "lm lumen lumens",
    "lux": "lx lux",
    "becquerel": "bq becquerel becquerels",
    "kilobecquerel": "kbq kilobecquerel kilobecquerels",
    "megabecquerel": "mbq megabecquerel megabecquerels",
    "gigabecquerel": "gbq gigabecquerel gigabecquerels",
    "gray": "gy grays",
    "sievert": "sv sievert sieverts",
    "millisievert": "msv millisievert millisieverts",
    "microsievert": "μsv usv microsievert microsieverts",
    "electron_volt": "ev electronvolt electronvolts",
    "kiloelectron_volt": "kev",
    "megaelectron_volt": "mev",
    "gigaelectron_volt": "gev",
    "milligray": "mgy milligray milligrays",
    "centigray": "cgy centigray centigrays",
    "newton": "newton newtons",
    "kilonewton": "kilonewton kilonewtons",
    "meganewton": "meganewton meganewtons",
    "newton*meter": "newton_meter",
    "tesla": "tesla teslas",
    "millitesla": "mt millitesla",
    "microtesla": "μt microtesla",
    "coulomb": "coulomb coulombs",
    "henry": "henries henrys",
    "weber": "weber webers",
    "candela": "cd candela candelas",
    "carat": "carat carats",
    "katal": "katal katals",
    "milliwatt": "milliwatt milliwatts",
    "megavolt": "megavolt megavolts",
    "millijoule": "millijoule millijoules",
    "millipascal": "millipascal millipascals",
    "milliohm": "milliohm milliohms",
    "terabit": "terabit terabits",
    "torr": "torr",
    "psi": "psi",
    "bar": "bar",
    "millibar": "mbar millibar millibars",
    "pascal": "pa pascal pascals",
    "hectopascal": "hpa hectopascal hectopascals",
    "kilopascal": "kpa kilopascal kilopascals",
    "megapascal": "mpa megapascal megapascals",
    "mmHg": "mmhg",
    "atmosphere": "atm atmosphere atmospheres",
    "knot": "knot knots kn kt kts",
    "decibel_level": "db decibel decibels",
    "revolution/minute": "rpm",
    "kelvin": "k kelvin kelvins",
    "degC": "celsius centigrade °c",
    "degF": "fahrenheit °f",
    "degree": "degree degrees °",
    "percent": "% percent pct",
    "permille": "‰ permille promille",
    "part_per_million": "ppm",
    "part_per_billion": "ppb",
    "point": "point points pt pts",
    "basis_point": "bp bps",
}
_MONEY = {
    "dollar": "$ dollar dollars buck bucks",
    "cent": "cent cents ¢",
    "penny": "penny pence",
    "USD": "us$ usd",
    "AUD": "a$ au$ aud",
    "CAD": "c$ ca$ cad",
    "HKD": "hk$ hkd",
    "NZD": "nz$ nzd",
    "SGD": "s$ sgd",
    "GBP": "£ gbp sterling quid",
    "EUR": "€ eur euro euros",
    "JPY": "¥ jpy yen",
    "INR": "₹ inr rs rupee rupees",
    "CNY": "yuan cny rmb renminbi",
    "CHF": "chf franc francs",
    "KRW": "krw won",
    "SEK": "sek crown crowns krona kronor",
    "NOK": "nok krone kroner",
    "RUB": "rub ruble rubles rouble roubles",
    "MXN": "mxn peso pesos",
    "PLN": "pln zloty zlotys",
    "BRL": "brl reais",
    "ZAR": "zar rand",
    "TRY": "lira liras",
}
CURRENCIES: dict[str, str] = {word: code for code, words in _MONEY.items() for word in words.split()}
"""Signs and words of currencies; never converted."""
_COUNTRIES = {
    "us": "USD",
    "american": "USD",
    "australian": "AUD",
    "canadian": "CAD",
    "singapore": "SGD",
    "british": "GBP",
}
WORDS: dict[str, str] = {
    **{word: unit for unit, words in {**_LENGTH, **_OTHER}.items() for word in words.split()},
    **{word: code for word, code in CURRENCIES.items() if word != "won"},
}
"""Word or sign → unit ("in" is not one: "born 1990 in Rome")."""
_ADJECTIVES = frozenset((*_COUNTRIES, "swiss", "japanese", "indian", "chinese", "korean"))
_RATELESS = frozenset((*CURRENCIES, "%", "percent", "pct", "bp", "bps", "‰", "permille", "ppm"))
"""Units whose rate is the same amount (`3.5% a year`)."""
_WRITTEN = {
    "A": "ampere",
    "N": "newton",
    "J": "joule",
    "T": "tesla",
    "s": "second",
    "kN": "kilonewton",
    "MN": "meganewton",
    "Nm": "newton_meter",
    "Mb": "megabit",
    "Gb": "gigabit",
    "Tb": "terabit",
    "kBps": "kilobyte / s",
    "KBps": "kilobyte / s",
    "MBps": "megabyte / s",
    "GBps": "gigabyte / s",
    "mW": "milliwatt",
    "MV": "megavolt",
    "mJ": "millijoule",
    "mPa": "millipascal",
    "mΩ": "milliohm",
}
"""Signs of units that are words, or other units, in other letter case."""
_TIMES = {"s": "second", "h": "hour", "d": "day"}
_PER = ("per", "/", "a", "an")
_LENGTH_WORDS = {word: unit for unit, words in _LENGTH.items() for word in words.split()}
_COLUMNS = {
    word: unit for length, unit in (("millimeter", "mmHg"), ("inch", "inHg")) for word in _LENGTH[length].split()
}
"""Lengths of a column of mercury that are pressures: `mm Hg`, `inches of mercury`."""
_PEOPLE = word_set("people men women children teeth fish sheep percentiles")
_NO_COUNT = word_set(
    """
    is was has does as its this times always perhaps less us plus minus yes pills doses thousands hundreds millions
    billions dozens others means makes gives says stands weighs measures rises reaches costs lives works results votes
    centimes series species degrees various previous numerous miles-per-hour besides sometimes afterwards towards
    upwards downwards onwards inches feet overseas whereas thus hence across plus bonus approx years-old
    """
)
"""Words that may stand behind any amount, whatever its unit: no nouns, or nouns for an amount of anything."""


def counts(word: str) -> bool:
    """Whether a word behind a number is what it counts: a plural that is no unit (`43 storeys`)."""
    if word in STOP_WORDS or word in _NO_COUNT or word in WORDS or len(word) < 3:
        return False
    return word in _PEOPLE or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


_ASKED = deferred(
    r"\bhow many (?:(?:more|fewer|full|whole|total|additional|extra|us|thousand|million|billion)\s)*"
    r"|\bin (?!(?:second|minute|hour|day|week|month|year|stone|foot|yard|mile|pound|ton|bar|unit|drop|decade)\b"
    r"|[kvlmhg]\b)"
)
"""In front of the unit that a question asks for; behind `in` a single one is none (`in year 3`)."""
_COUNT_ASKED = deferred(r"\bhow many ([^\W\d_]+)")
_PERCENT_ASKED = deferred(
    r"\b(?:what|which) (?:percent|percentage|per cent)\b|\bpercentage of\b|\bin (?:percent|per cent)\b"
)
_AGE_ASKED = deferred(r"\bhow old\b")
_ASKING = {"old": "year", "age": "year", "aged": "year", "percentage": "percent"}
"""Words of a question, no units themselves, that ask for one."""


def read_unit(words: list[str]) -> str | None:
    """Return the unit that the words behind a number begin with: `km`, `square miles`, `miles per hour`, `per cent`."""
    if not words:
        return None
    first, *rest = words
    second = rest[0] if rest else ""
    if first in ("square", "sq", "cubic") and second in _LENGTH_WORDS:
        return f"{_LENGTH_WORDS[second]}**{3 if first == 'cubic' else 2}"
    if (first == "per" and second in ("cent", "hundred")) or (first == "percentage" and second.startswith("point")):
        return "percent"
    if first == "basis" and second.startswith("point"):
        return "basis_point"
    if first == "per" and second in ("mille", "thousand"):
        return "permille"
    if first == "nautical" and second in ("mile", "miles"):
        return "nautical_mile"
    if first == "light" and second in ("year", "years"):
        return "light_year"
    if first in ("fl", "fluid") and second in ("oz", "ounce", "ounces"):
        return "fluid_ounce"
    if first in _COLUMNS and (second == "hg" or rest[:2] == ["of", "mercury"]):
        return _COLUMNS[first]
    if second in ("hour", "hours") and f"{WORDS.get(first)}_hour" in _OTHER:
        return f"{WORDS[first]}_hour"
    if second in CURRENCIES and first not in WORDS:
        return _COUNTRIES.get(first, CURRENCIES[second]) if first in _ADJECTIVES else None
    if first in ("pound", "pounds", "lb", "lbs") and rest[:3] == ["per", "square", "inch"]:
        return "psi"
    if first in ("degree", "degrees", "°") and second in ("celsius", "c", "centigrade", "fahrenheit", "f"):
        return "degC" if second[0] == "c" else "degF"
    if first in ("newton", "newtons") and _LENGTH_WORDS.get(second) == "meter":
        return "newton*meter"
    if first == "gray" and not rest:
        return first  # with a noun behind it, it is a colour
    unit = WORDS.get(first)
    if unit is not None and first not in _RATELESS:
        rated = _rated(unit, rest)
        if rated != unit:
            return rated
    if first in _LENGTH_WORDS and second in ("2", "^2", "3", "^3"):
        return f"{_LENGTH_WORDS[first]}**{second[-1]}"
    return unit


def _rated(unit: str, rest: list[str]) -> str:
    """Return a unit with what it is given per: `mg/kg/day`, `miles per hour`."""
    while len(rest) > 1 and rest[0] in _PER:
        per = _TIMES.get(rest[1]) or WORDS.get(rest[1])
        if per is None or rest[1] in CURRENCIES:
            break
        unit, rest = f"{unit}/{per}", rest[2:]
        if rest and rest[0] in ("2", "^2"):
            return f"{unit}**2"
    return unit


UNITS = Units(
    words=WORDS,
    currencies=CURRENCIES,
    read=read_unit,
    asking=_ASKING,
    counts=counts,
    written=_WRITTEN,
    asked=_ASKED,
    count_asked=_COUNT_ASKED,
    percent_asked=_PERCENT_ASKED,
    age_asked=_AGE_ASKED,
)
