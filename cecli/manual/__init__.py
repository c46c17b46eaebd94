"""What is told of the whole program: to programs, and on paper.

catalogue - the commands and options as a document for programs
automation - a guide for programs that call cecli
pages - pages for man
"""
