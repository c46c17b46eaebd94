"""`python -m cecli` is `cecli`."""

from cecli.terminal import main

if __name__ == "__main__":
    main()
