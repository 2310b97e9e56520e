"""`python -m gitramp`: owns nothing, calls the command line."""

from gitramp.cli import main

if __name__ == "__main__":
    main()
