"""The public functions, one file each; the commands of the same names call them."""
