"""``python -m benchmarks``: see ``measure``, whose functions other processes must be able to import."""

from benchmarks.measure import main

if __name__ == "__main__":
    main()
