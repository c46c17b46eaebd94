"""`cecli check`: is it good enough?

command - its options, the public function and the command line
reports - the reports that are checked, and what becomes of rules
gate - the rules and reports of one run, and its exit code
rule - one rule: which metric, of which rows, and its bound
configured - rules from a configuration file
figures - the numbers of a report that rules look at
judging - the verdict on one number, with or without its noise
outcome - what became of a rule
evaluation - all rules against a report, and the worst group of each
"""
