"""The share of requests that failed, as a whole or by bucket."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from ecsm_contracts._model import Model, Needs
from ecsm_contracts.calendars import Duration, duration_micros, to_micros
from ecsm_contracts.errors import InvalidValue
from ecsm_contracts.facts import Ref
from ecsm_contracts.figures import Figure, derive, given, rule
from ecsm_contracts.measures._base import SettingMeasure
from ecsm_contracts.measures._buckets import Buckets
from ecsm_contracts.measures._target import Target, Unit, judged
from ecsm_contracts.money import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from ecsm_contracts.facts import Sample, Setting
    from ecsm_contracts.measures._observer import BoundLevel, LevelProgram
    from ecsm_contracts.measures._sums import Sums
    from ecsm_contracts.measures._tally import Tally

__all__ = ["BadBuckets", "ErrorRate"]

_MINUTE = 60_000_000
_DAY = 1440 * _MINUTE


class Threshold(Model):
    """A share of requests that failed, which a bucket must reach, or exceed, to be bad."""

    above: Percent | None = None
    """A bucket is bad with a greater share, below 100%."""
    at_least: Percent | None = None
    """A bucket is bad with this share or a greater one: ``100%`` is a bucket in which everything failed."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.above is None) == (self.at_least is None):
            raise PydanticCustomError("threshold_shape", "say above or at_least, and only one of them: {above: 5%}")
        never = self.above is not None and self.above >= Percent.of(100)
        if never or (self.at_least is not None and not 0 < self.at_least.ratio <= 1):
            raise PydanticCustomError(
                "bucket_never_bad",
                "no bucket, or every one, would be bad: a share lies above: 0% to below 100%, or at_least: above 0%",
            )
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    def is_bad(self, share: Fraction) -> bool:
        """Return whether a bucket with this *share* of failed requests is bad."""
        if self.above is not None:
            return share > self.above.ratio
        return self.at_least is not None and share >= self.at_least.ratio


class BadBuckets(Model):
    """The share of buckets that are bad, as in agreements that count minutes with an error rate above 5 %."""

    bad_buckets: Threshold
    """When a bucket is bad."""


def _take_tag(value: object) -> str:
    return "bad" if isinstance(value, (Mapping, BadBuckets)) else "word"


Take = Annotated[
    Annotated[Literal["pooled", "mean_of_buckets"], Tag("word")] | Annotated[BadBuckets, Tag("bad")],
    Discriminator(_take_tag),
]


@rule("count less/1")
def _count_less(whole: int, part: int) -> int:
    """Take a count from a count."""
    return whole - part


@rule("nothing counted/1")
def _nothing_counted(count: int) -> str:
    """Return ``not_measured``, as there was nothing to count."""
    if count:
        raise InvalidValue("there was something to count", rule="measured", value=count)
    return "not_measured"


@rule("no requests no errors/1")
def _no_requests(requests: int) -> Fraction:
    """Return an error share of zero, as there were no requests at all."""
    if requests:
        raise InvalidValue("there were requests to measure", rule="measured", value=requests)
    return Fraction(0)


@rule("mean of rates/1")
def _mean_of_rates(rates: int, places: int, buckets: int) -> Fraction:
    """Return the mean of so many buckets, from the sum of their rates in units of the last of *places* decimals."""
    return Fraction(rates, 10**places * buckets)


def rate_to_places(errors: int, requests: int, places: int) -> int:
    """
    Return *errors* / *requests*, to so many decimals, half to even, in units of the last decimal.

        >>> rate_to_places(1, 3, 4), rate_to_places(1, 8, 2), rate_to_places(3, 8, 2), rate_to_places(0, 0, 2)
        (3333, 12, 38, 0)
    """
    if not requests:
        return 0
    quotient, rest = divmod(errors * 10**places, requests)
    return int(quotient) + int(2 * rest > requests or (2 * rest == requests and quotient % 2 == 1))


class ErrorRate(SettingMeasure):
    """
    The share of requests that failed, from samples: pooled, as the mean of the rates of buckets, or by bad buckets.

    Time is cut into buckets of equal length, which start at midnight UTC and every `bucket` after it. A bucket counts
    when its start lies in the hours, in the period, and not in relieved time. A sample belongs to the bucket in which
    it starts, and the samples of one bucket are added up.

        >>> from datetime import timedelta
        >>> measure = ErrorRate(kind="error_rate", hours="always", bucket=timedelta(minutes=5), take="mean_of_buckets",
        ...     empty_bucket="no_errors", places=7)
        >>> measure.to_data()["bucket"], measure.columns
        ('PT5M', ('requests', 'errors', 'filled', 'relieved', 'rates'))

    References: semantics, section 5; Amazon S3 takes the mean over five minutes, in which no requests are no errors;
    contracts that carry such shares say to how many places ("carried to seven decimal places").
    """

    unit: ClassVar[Unit | None] = "share"
    relief_leaves: ClassVar[bool] = True

    kind: Literal["error_rate"]
    hours: Annotated[Ref, Needs("calendar")]
    """The calendar in whose hours buckets count."""
    bucket: Duration
    """How long a bucket is: one minute to one day (``24h``), and so long that buckets fill a day."""
    take: Take
    """
    What is taken: ``pooled``, all errors by all requests; ``mean_of_buckets``, each bucket's error rate alike,
    however many requests it had; or ``{bad_buckets: {above: 5%}}``, how many of the buckets are bad.
    """
    empty_bucket: Literal["no_errors", "left_out"]
    """What a bucket without requests is: one without errors, as with Amazon S3, or none at all."""
    places: int | None = Field(default=None, ge=2, le=12, strict=True)
    """
    To how many decimals the rate of each bucket is carried, half to even, before the mean is taken. Needed for
    ``mean_of_buckets``, where the exact mean of thousands of ratios would have thousands of digits; for no other.
    """

    @field_validator("bucket")
    @classmethod
    def _fills_a_day(cls, bucket: timedelta) -> timedelta:
        length = duration_micros(bucket)
        if not _MINUTE <= length <= _DAY or _DAY % length:
            message = "a bucket is one minute to 24 hours long, and divides the day: write 1min, 5min, 1h, 24h"
            raise PydanticCustomError("bucket_length", message)
        return bucket

    @model_validator(mode="after")
    def _places_where_needed(self) -> Self:
        if (self.places is None) == (self.take == "mean_of_buckets"):
            message = (
                "places says to how many decimals each bucket's rate is carried: "
                "it is needed for take: mean_of_buckets, and for no other"
            )
            raise PydanticCustomError("places_needed", message)
        return self

    @model_serializer(mode="wrap")
    def _given_only(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]  # the last column is what the contract takes
        """What is counted: of all samples that count, and of the buckets."""
        always = ("requests", "errors", "filled", "relieved")
        last = {"pooled": (), "mean_of_buckets": ("rates",)}
        return (*always, *(("bad",) if isinstance(self.take, BadBuckets) else last[self.take]))

    @property
    def _length(self) -> int:
        return duration_micros(self.bucket)

    def calendars(self) -> tuple[str, ...]:
        """Return the one calendar."""
        return (self.hours,)

    def _buckets(self, program: LevelProgram) -> Buckets:
        return Buckets(self._length, program.table.spans_within(program.start, program.end))

    def buckets(self, program: LevelProgram) -> int:
        """Return the number of buckets that start in the hours in the period."""
        return self._buckets(program).count

    def rows(self, level: BoundLevel, setting: Setting) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return what each sample adds to those before it in its bucket, and how many buckets each notice relieves."""
        found: dict[tuple[str, str], tuple[int, ...]] = {}
        for samples in self._by_bucket(level, setting).values():
            requests = errors = 0
            before = self._numbers(0, 0)
            for sample in samples:
                requests, errors = requests + sample.requests, errors + sample.errors
                after = self._numbers(requests, errors)
                found["sample", sample.ref] = tuple(now - then for now, then in zip(after, before, strict=True))
                before = after
        nothing = (0,) * (len(self.columns) - 4)
        for key, count in self._relieved(level, setting):
            found[key] = (0, 0, 0, found.get(key, (0, 0, 0, 0))[3] + count, *nothing)
        return found

    def _by_bucket(self, level: BoundLevel, setting: Setting) -> dict[int, list[Sample]]:
        """Return the samples of each bucket that counts, in the order of their starts."""
        program, length = level.program, self._length
        kept: dict[int, list[Sample]] = {}
        for sample in sorted(setting.samples, key=lambda each: (each.start, each.ref)):
            bucket = to_micros(sample.start) // length * length
            if not program.start <= bucket < program.end or not program.scope.has(sample.service):
                continue
            if sample.known_before(program.end) is not None and level.time.between(bucket, bucket + 1):
                kept.setdefault(bucket, []).append(sample)
        return kept

    def _numbers(self, requests: int, errors: int) -> tuple[int, ...]:
        """Return the columns of one bucket with so many requests and errors."""
        always = (requests, errors, int(requests > 0), 0)
        if isinstance(self.take, BadBuckets):
            return (*always, int(self.take.bad_buckets.is_bad(Fraction(errors, requests or 1))))
        return always if self.places is None else (*always, rate_to_places(errors, requests, self.places))

    def _relieved(self, level: BoundLevel, setting: Setting) -> Iterator[tuple[tuple[str, str], int]]:
        """Yield for each notice the buckets that it relieves and none before it does."""
        program = level.program
        buckets, reach = self._buckets(program), program.start
        for key, (start, end) in level.leaving_spans(setting):
            fresh, until = max(start, reach), min(end, program.end)
            yield key, buckets.before(until) - buckets.before(fresh) if fresh < until else 0
            reach = max(reach, until)

    def outcome(self, sums: Sums, ref: str, target: Target | None) -> Figure[Any]:
        """Return the outcome of the error share."""
        cite = f"clause {ref}"
        relieved = sums.count("buckets that are relieved", f"{ref}.relieved")
        counted = derive("buckets that count", "count less/1", sums.buckets(ref), relieved)
        filled = sums.count("buckets with requests", f"{ref}.filled")
        among = filled if self.empty_bucket == "left_out" else counted
        if not among.value or target is None:
            return derive("outcome", "nothing counted/1", among, cites=(cite,))
        return judged(self._number(sums, ref, among), target, cite)

    def _number(self, sums: Sums, ref: str, among: Figure[int]) -> Figure[Any]:
        """Return the error share, over the buckets that it is *among*, which are one or more."""
        if isinstance(self.take, BadBuckets):
            return derive("share of bad buckets", "ratio/1", sums.count("bad buckets", f"{ref}.bad"), among)
        if self.places is not None:
            rates = sums.count("sum of the buckets' error rates", f"{ref}.rates")
            places = given("decimal places", self.places, f"clause {ref}")
            return derive("mean error rate", "mean of rates/1", rates, places, among)
        requests = sums.count("requests", f"{ref}.requests")
        if not requests.value:
            return derive("error rate", "no requests no errors/1", requests)
        return derive("error rate", "ratio/1", sums.count("errors", f"{ref}.errors"), requests)

    def faults(self, tally: Tally, ref: str, whole: int) -> Iterator[str]:
        """Yield more errors than requests, or more buckets than there were."""
        requests, errors, filled, relieved, *last = (tally[f"{ref}.{name}"] for name in self.columns)
        if not 0 <= errors <= requests:
            yield f"{ref}: {errors} errors in {requests} requests"
        if min(filled, relieved) < 0 or filled + relieved > whole or filled > requests:
            yield f"{ref}: {filled} buckets with requests and {relieved} relieved of {whole}"
        most = filled * 10 ** (self.places or 0)
        if last and not 0 <= last[0] <= most:
            yield f"{ref}: {last[0]} {self.columns[-1]} of {most}"
