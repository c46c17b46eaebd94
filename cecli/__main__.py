"""`python -m cecli` is `cecli`."""

from cecli.cli import main

if __name__ == "__main__":
    main()
