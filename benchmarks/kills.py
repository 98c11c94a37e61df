"""``python -m benchmarks.kills``: see ``benchmarks.killing``. Every forked server imports this file anew."""

if __name__ == "__main__":
    from benchmarks.killing import main

    main()
