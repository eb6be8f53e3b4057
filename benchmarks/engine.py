"""`make bench`: every benchmark, one line each."""

from __future__ import annotations

from benchmarks import duties, money, portfolio, smaa

PARTS = (smaa, money, portfolio, duties)


def main() -> None:
    for part in PARTS:
        for line in part.run():
            ratio = "" if line.ratio is None else f"{line.ratio:8.3f} of the reference"
            limit = (
                "" if line.limit is None else f" (at most {line.limit:g}: {'met' if line.met else 'MISSED'})"
            )
            print(f"{line.name}\n  {line.measured} {ratio}{limit}  {line.note}")


if __name__ == "__main__":
    main()
